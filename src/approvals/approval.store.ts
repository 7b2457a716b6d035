import type { ResolvedTarget } from '@countermeasure/sdk';
import { In, type SelectQueryBuilder } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { idsWithin, narrow } from '../auth/limits.store.js';
import { insertAll, insertNew, upsert, type Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { runWithin } from '../runs/run.store.js';
import type { ApproversOf } from '../runs/step-audit.js';
import { ApprovalDecision } from './approval-decision.entity.js';
import { ApprovalLink } from './approval-link.entity.js';
import { ApprovalNotification } from './approval-notification.entity.js';
import { Approval, type ApprovalStatus, type ApprovalTarget } from './approval.entity.js';

/** Whoever asks what they may still decide. */
export interface Caller {
  readonly id: string;
  readonly person: string;
  readonly email: string | undefined;
}

/** Which approvals are asked for; what is left out does not limit. */
export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  /** Only those that this person may still decide: they neither started the run, where that forbids it, nor decided yet. */
  readonly decidableBy?: Caller | undefined;
  readonly limits: Limits;
}

/** An approval is within limits when its run is. */
const WITHIN = `exists (select from run limited where limited.id = approval.run_id and ${runWithin('limited')})`;

export class ApprovalStore {
  async insert(tx: Tx, approval: Approval, notifications: readonly ApprovalNotification[]): Promise<void> {
    await insertAll(tx, Approval, [approval]);
    await insertAll(tx, ApprovalNotification, notifications);
  }

  /** The identity that a run acts on by a connection; null until it was looked up. */
  async targetOf(tx: Tx, runId: string, connectionId: string): Promise<ApprovalTarget | null> {
    const [found] = await tx.query<{ target: ResolvedTarget; connectionName: string }[]>(
      'select run_target.target, connection.name as "connectionName" from run_target join connection on connection.id = run_target.connection_id where run_id = $1 and connection_id = $2',
      [runId, connectionId],
    );
    return found ? { ...found.target, connectionName: found.connectionName } : null;
  }

  async save(tx: Tx, approval: Approval): Promise<void> {
    await upsert(tx, Approval, approval, ['id']);
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<Approval[]> {
    return tx.findBy(Approval, { id: In([...ids]) });
  }

  /** Those of the ids that are within the limits. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, Approval, 'approval', ids, limits, WITHIN);
  }

  ofSteps(tx: Tx, runStepIds: readonly string[]): Promise<Approval[]> {
    return tx.findBy(Approval, { runStepId: In([...runStepIds]) });
  }

  ofRuns(tx: Tx, runIds: readonly string[]): Promise<Approval[]> {
    return tx.find(Approval, { where: { runId: In([...runIds]) }, order: { id: 'ASC' } });
  }

  decisionsOf(tx: Tx, approvalIds: readonly string[]): Promise<ApprovalDecision[]> {
    return tx.find(ApprovalDecision, { where: { approvalId: In([...approvalIds]) }, order: { at: 'ASC' } });
  }

  /** Whose approvals let a step go on. */
  readonly approversOf: ApproversOf = async (tx, runStepId) => {
    const [approval] = await this.ofSteps(tx, [runStepId]);
    const decisions = approval ? await this.decisionsOf(tx, [approval.id]) : [];
    return decisions.filter(({ decision }) => decision === 'APPROVE').map(({ decidedBy }) => decidedBy);
  };

  async insertDecision(tx: Tx, decision: ApprovalDecision): Promise<void> {
    await insertAll(tx, ApprovalDecision, [decision]);
  }

  notificationsOf(tx: Tx, approvalIds: readonly string[]): Promise<ApprovalNotification[]> {
    return tx.find(ApprovalNotification, { where: { approvalId: In([...approvalIds]) }, order: { contactIndex: 'ASC', createdAt: 'ASC' } });
  }

  /** A notice that is there already stays as it is. */
  async insertNotifications(tx: Tx, notifications: readonly ApprovalNotification[]): Promise<void> {
    await insertNew(tx, ApprovalNotification, notifications);
  }

  /** Returns false when another sending of it has come to its end meanwhile: that stays. */
  async saveNotification(tx: Tx, { approvalId, contactIndex, kind, status, attempts, sentAt, error }: ApprovalNotification): Promise<boolean> {
    const { affected } = await tx.update(ApprovalNotification, { approvalId, contactIndex, kind, status: 'PENDING' }, { status, attempts, sentAt, error });
    return affected === 1;
  }

  async insertLink(tx: Tx, link: ApprovalLink): Promise<void> {
    await insertAll(tx, ApprovalLink, [link]);
  }

  async findLink(tx: Tx, tokenHash: Buffer): Promise<ApprovalLink | null> {
    return tx.findOneBy(ApprovalLink, { tokenHash });
  }

  /** All links of a contact are spent together. */
  async spendLinks(tx: Tx, approvalId: string, contactIndex: number, usedAt: Date): Promise<void> {
    await tx.update(ApprovalLink, { approvalId, contactIndex }, { usedAt });
  }

  page(tx: Tx, filter: ApprovalFilter, request: PageRequest): Promise<Page<Approval>> {
    return readPage(this.query(tx, filter), request);
  }

  /** All that wait, the oldest first. */
  async waitingIds(tx: Tx, filter: Omit<ApprovalFilter, 'status'>): Promise<string[]> {
    const rows = await this.query(tx, { ...filter, status: 'PENDING' }).select('approval.id', 'id').orderBy('approval.id', 'ASC').getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  /** The oldest first. */
  findInOrder(tx: Tx, ids: readonly string[]): Promise<Approval[]> {
    return tx.find(Approval, { where: { id: In([...ids]) }, order: { id: 'ASC' } });
  }

  private query(tx: Tx, { status, decidableBy, limits }: ApprovalFilter): SelectQueryBuilder<Approval> {
    const query = tx.createQueryBuilder(Approval, 'approval');
    if (status !== undefined) query.andWhere('approval.status = :status', { status });
    if (decidableBy !== undefined) {
      query.andWhere(
        `approval.status = 'PENDING' and approval.expires_at > now()
         and ((approval.policy->>'allowSelfApproval')::boolean or not exists (
           select from run
           left join api_key on api_key.id = coalesce(run.started_by->>'sentBy', run.started_by->>'id')
           left join app_user on app_user.id = coalesce(run.started_by->>'sentBy', run.started_by->>'id')
           where run.id = approval.run_id and (coalesce(run.started_by->>'sentBy', run.started_by->>'id') = :id or coalesce(api_key.email, app_user.email) = :email)
         ))
         and not exists (select from approval_decision d where d.approval_id = approval.id and (d.person = :person or d.decided_by->>'id' = :id))`,
        { ...decidableBy, email: decidableBy.email ?? null },
      );
    }
    return narrow(query, limits, WITHIN);
  }

  /** Approvals that nobody decided in time and that nothing has closed yet. */
  async overdue(tx: Tx): Promise<{ id: string; runId: string }[]> {
    return tx.query(`select id, run_id as "runId" from approval where status = 'PENDING' and expires_at < now()`);
  }
}
