import type { ApprovalLedger } from '../approvals/approval-ledger.js';
import type { ApprovalWakeups, NotificationKey } from '../approvals/approval-queue.js';
import type { ApprovalService } from '../approvals/approval.service.js';
import type { ApprovalStore } from '../approvals/approval.store.js';
import type { Database } from '../db/database.js';
import type { NotificationDelivery } from '../notifications/deliver-notification.js';
import { addJob } from './jobs.js';

export const DELIVER_NOTIFICATION = 'deliver_notification';
export const EXPIRE_APPROVAL = 'expire_approval';
export const REMIND_APPROVAL = 'remind_approval';

export const approvalWakeups: ApprovalWakeups = {
  deliver: (tx, { approvalId, contactIndex, kind }, at) => addJob(tx, DELIVER_NOTIFICATION, `notify:${approvalId}:${contactIndex}:${kind}`, { approvalId, contactIndex, kind }, at),
  expire: (tx, approvalId, at) => addJob(tx, EXPIRE_APPROVAL, `expire:${approvalId}`, { approvalId }, at),
  remind: (tx, approvalId, at) => addJob(tx, REMIND_APPROVAL, `remind:${approvalId}`, { approvalId }, at),
};

interface Deps {
  readonly database: Database;
  readonly approvals: ApprovalStore;
  readonly approvalService: ApprovalService;
  readonly ledger: ApprovalLedger;
  readonly delivery: NotificationDelivery;
}

const FORGOTTEN_NOTIFICATIONS = `
select approval_id as "approvalId", contact_index as "contactIndex", kind from approval_notification
where status = 'PENDING' and created_at < now() - interval '1 minute' and not exists (
  select from graphile_worker.jobs
  where jobs.key = 'notify:' || approval_id || ':' || contact_index || ':' || kind and jobs.attempts < jobs.max_attempts
)`;

/** What the queue does for approvals. */
export class ApprovalJobs {
  constructor(private readonly deps: Deps) {}

  deliver(key: NotificationKey): Promise<void> {
    return this.deps.delivery.deliver(key);
  }

  expire(approvalId: string): Promise<void> {
    return this.deps.approvalService.expire(approvalId);
  }

  remind(approvalId: string): Promise<void> {
    const { database, ledger, delivery } = this.deps;
    return delivery.remind(approvalId, (contactIndexes, approval) => database.transact((tx) => ledger.notify(tx, approval, 'REMINDER', contactIndexes, new Date())));
  }

  /** Should a job ever be lost, or given up after many faults, the minute's tick finds what it was for. */
  async findForgotten(): Promise<void> {
    const { database, approvals } = this.deps;
    // One that cannot be closed must not keep the others open.
    const expired = await Promise.allSettled((await approvals.overdue(database.reader)).map(({ id }) => this.expire(id)));
    for (const key of await database.reader.query<NotificationKey[]>(FORGOTTEN_NOTIFICATIONS)) await approvalWakeups.deliver(database.reader, key);
    const failed = expired.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
