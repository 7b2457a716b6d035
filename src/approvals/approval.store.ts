import { In, type SelectQueryBuilder } from 'typeorm';
import { insertAll, upsert, type Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { ApprovalDecision } from './approval-decision.entity.js';
import { ApprovalLink } from './approval-link.entity.js';
import { ApprovalNotification } from './approval-notification.entity.js';
import { Approval, type ApprovalStatus } from './approval.entity.js';

/** Which approvals are asked for; what is left out does not limit. */
export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  /** Only those that this API key may still decide: it neither started the run, where that forbids it, nor decided yet. */
  readonly decidableBy?: string | undefined;
}

export class ApprovalStore {
  async insert(tx: Tx, approval: Approval, notifications: readonly ApprovalNotification[]): Promise<void> {
    await insertAll(tx, Approval, [approval]);
    await insertAll(tx, ApprovalNotification, notifications);
  }

  async save(tx: Tx, approval: Approval): Promise<void> {
    await upsert(tx, Approval, approval, ['id']);
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<Approval[]> {
    return tx.findBy(Approval, { id: In([...ids]) });
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

  async insertDecision(tx: Tx, decision: ApprovalDecision): Promise<void> {
    await insertAll(tx, ApprovalDecision, [decision]);
  }

  notificationsOf(tx: Tx, approvalIds: readonly string[]): Promise<ApprovalNotification[]> {
    return tx.find(ApprovalNotification, { where: { approvalId: In([...approvalIds]) }, order: { contactIndex: 'ASC', createdAt: 'ASC' } });
  }

  async insertNotifications(tx: Tx, notifications: readonly ApprovalNotification[]): Promise<void> {
    await insertAll(tx, ApprovalNotification, notifications);
  }

  async saveNotification(tx: Tx, notification: ApprovalNotification): Promise<void> {
    await upsert(tx, ApprovalNotification, notification, ['approvalId', 'contactIndex', 'kind']);
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
  waiting(tx: Tx, decidableBy: string | undefined): Promise<Approval[]> {
    return this.query(tx, { status: 'PENDING', decidableBy }).orderBy('approval.id', 'ASC').getMany();
  }

  private query(tx: Tx, { status, decidableBy }: ApprovalFilter): SelectQueryBuilder<Approval> {
    const query = tx.createQueryBuilder(Approval, 'approval');
    if (status !== undefined) query.andWhere('approval.status = :status', { status });
    if (decidableBy !== undefined) {
      query.andWhere(
        `approval.status = 'PENDING' and approval.expires_at > now()
         and ((approval.policy->>'allowSelfApproval')::boolean or not exists (select from run where run.id = approval.run_id and run.started_by->>'id' = :decidableBy))
         and not exists (select from approval_decision d where d.approval_id = approval.id and d.person = 'key:' || :decidableBy)`,
        { decidableBy },
      );
    }
    return query;
  }

  /** Approvals that nobody decided in time and that nothing has closed yet. */
  async overdue(tx: Tx): Promise<{ id: string; runId: string }[]> {
    return tx.query(`select id, run_id as "runId" from approval where status = 'PENDING' and expires_at < now()`);
  }
}
