import { shownActor, type ActorReference, type ContactReference } from '../auth/actor.js';
import type { AuditTrail } from '../auth/audit-trail.js';
import type { Tx } from '../db/database.js';
import type { Registry } from '../registry/registry.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import type { RunStore } from './run.store.js';
import type { RunTransition } from './run-transition.js';
import type { RunEventType } from './run.types.js';

/** What ends an attempt, or leaves open what became of it. */
const ENDINGS: ReadonlySet<RunEventType> = new Set(['STEP_SUCCEEDED', 'STEP_FAILED', 'STEP_INTERRUPTED', 'STEP_NEEDS_REVIEW']);

/** Who approved a step, of those who had to. */
export type ApproversOf = (tx: Tx, runStepId: string) => Promise<readonly (ActorReference | ContactReference)[]>;

interface Deps {
  readonly audit: AuditTrail;
  readonly registry: Registry;
  readonly runs: RunStore;
  readonly approversOf: ApproversOf;
}

/** Tells the audit log what was done to whom and on whose word, in the transaction that writes it down. */
export class StepAudit {
  constructor(private readonly deps: Deps) {}

  readonly settle = async (tx: Tx, { run, steps, events }: RunTransition): Promise<void> => {
    if (run.dryRun) return;
    for (const { type, runStepId } of events) {
      const step = ENDINGS.has(type) ? steps.find(({ id }) => id === runStepId) : undefined;
      if (step && step.attemptNumber > 0 && this.mayChange(step)) await this.record(tx, run, step, type === 'STEP_INTERRUPTED' ? 'INTERRUPTED' : step.status);
    }
  };

  private async record(tx: Tx, run: Run, { id, key, actionId, connectionId, attemptNumber, verification, error, approvedAt }: RunStep, outcome: string): Promise<void> {
    const pinned = connectionId === null ? undefined : await this.deps.runs.findTarget(tx, run.id, connectionId);
    const { displayName, username } = pinned ?? { displayName: run.targetDisplayName, username: run.targetUsername };
    const target = { kind: run.targetKind, id: pinned?.id ?? run.targetId, displayName, username: username ?? null };
    const approvedBy = approvedAt === null ? [] : (await this.deps.approversOf(tx, id)).map((approver) => shownActor(approver));
    const details = { runId: run.id, step: key, action: actionId, connectionId, target, outcome, attempt: attemptNumber, verification, error: error?.code ?? null, approvedBy };
    this.deps.audit.record(tx, { actor: run.startedBy, action: 'stepCarriedOut', subject: id, details });
  }

  /** A step whose plugin is gone is told all the same: nobody knows what it does. */
  private mayChange({ actionId }: RunStep): boolean {
    return this.deps.registry.action(actionId)?.action.effect !== 'READ';
  }
}
