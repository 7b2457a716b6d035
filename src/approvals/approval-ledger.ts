import type { Notice } from '@countermeasure/sdk';
import type { Tx } from '../db/database.js';
import { newId } from '../kernel/ids.js';
import { isStepFinal } from '../runs/run.machine.js';
import type { RunStep } from '../runs/run-step.entity.js';
import type { RunTransition } from '../runs/run-transition.js';
import type { StepStatus } from '../runs/run.types.js';
import type { ApprovalNotification } from './approval-notification.entity.js';
import type { ApprovalWakeups } from './approval-queue.js';
import type { Approval, ApprovalStatus } from './approval.entity.js';
import type { ApprovalStore } from './approval.store.js';

/** Reminders come when three quarters of the time are over, unless the time is too short for that to help. */
const REMIND_AFTER_SHARE = 0.75;
const SHORTEST_TIME_TO_REMIND_MS = 10 * 60_000;

/** What a step that has left its wait means for the approval. */
const ENDINGS: Partial<Record<StepStatus, ApprovalStatus>> = { QUEUED: 'APPROVED', DENIED: 'DENIED', EXPIRED: 'EXPIRED' };

/** Keeps approvals in line with the steps that wait for them, in the transaction that moves the steps. */
export class ApprovalLedger {
  constructor(private readonly deps: { approvals: ApprovalStore; wakeups: ApprovalWakeups }) {}

  readonly settle = async (tx: Tx, { changedSteps, now }: RunTransition): Promise<void> => {
    const concerned = [...changedSteps].filter(({ approval }) => approval !== null);
    if (concerned.length === 0) return;
    const known = await this.deps.approvals.ofSteps(tx, concerned.map(({ id }) => id));
    for (const step of concerned) {
      const approval = known.find(({ runStepId }) => runStepId === step.id);
      if (!approval && step.status === 'WAITING_FOR_APPROVAL') await this.open(tx, step, now);
      else if (approval?.status === 'PENDING' && step.status !== 'WAITING_FOR_APPROVAL') await this.close(tx, approval, step, now);
    }
  };

  private async open(tx: Tx, step: RunStep, now: Date): Promise<void> {
    if (!step.approval) throw new Error(`The step ${step.id} needs no approval.`);
    const { approvals, wakeups } = this.deps;
    const { expiresAfterMs } = step.approval;
    const approval: Approval = {
      id: newId('approval'),
      runId: step.runId,
      runStepId: step.id,
      status: 'PENDING',
      policy: step.approval,
      plan: step.plan,
      target: step.connectionId === null ? null : await approvals.targetOf(tx, step.runId, step.connectionId),
      requestedAt: now,
      expiresAt: new Date(now.getTime() + expiresAfterMs),
      decidedAt: null,
    };
    await approvals.insert(tx, approval, []);
    await this.notify(tx, approval, 'REQUEST', approval.policy.contacts.map((_contact, index) => index), now);
    await wakeups.expire(tx, approval.id, approval.expiresAt);
    if (expiresAfterMs >= SHORTEST_TIME_TO_REMIND_MS) await wakeups.remind(tx, approval.id, new Date(now.getTime() + expiresAfterMs * REMIND_AFTER_SHARE));
  }

  private async close(tx: Tx, approval: Approval, step: RunStep, now: Date): Promise<void> {
    const status = ENDINGS[step.status] ?? (isStepFinal(step.status) ? 'CANCELED' : undefined);
    if (!status) throw new Error(`The step ${step.id} left its approval for ${step.status}.`);
    await this.deps.approvals.save(tx, { ...approval, status, decidedAt: now });
    await this.notify(tx, approval, 'OUTCOME', approval.policy.contacts.map((_contact, index) => index), now);
  }

  /** Written with what they tell, so that none is lost; sent afterwards. */
  async notify(tx: Tx, { id }: Approval, kind: Notice['kind'], contactIndexes: readonly number[], now: Date): Promise<void> {
    const notifications = contactIndexes.map((contactIndex): ApprovalNotification => ({ approvalId: id, contactIndex, kind, status: 'PENDING', attempts: 0, createdAt: now, sentAt: null, error: null }));
    await this.deps.approvals.insertNotifications(tx, notifications);
    for (const notification of notifications) await this.deps.wakeups.deliver(tx, notification);
  }
}
