import { isActionError, type Notice } from '@countermeasure/sdk';
import { randomBytes } from 'node:crypto';
import { hashToken } from '../approvals/approval.service.js';
import type { ApprovalNotification } from '../approvals/approval-notification.entity.js';
import type { ApprovalWakeups, NotificationKey } from '../approvals/approval-queue.js';
import type { Approval } from '../approvals/approval.entity.js';
import type { ApprovalStore } from '../approvals/approval.store.js';
import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { Registry } from '../registry/registry.js';
import type { RunChanges } from '../runs/run-changes.js';
import type { ApprovalNotices } from './approval-notices.js';
import type { ChannelClients } from './channel-clients.js';

const SEND_WITHIN_MS = 60_000;
const FIRST_RETRY_AFTER_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

interface Deps {
  readonly database: Database;
  readonly approvals: ApprovalStore;
  readonly changes: RunChanges;
  readonly registry: Registry;
  readonly channels: ChannelClients;
  readonly notices: ApprovalNotices;
  readonly wakeups: ApprovalWakeups;
  readonly publicUrl: () => string;
  readonly logger: Logger;
}

/** Sends notices to contacts, again and again until they are out or will never be. At least once: a crash right after sending sends again, recognisably. */
export class NotificationDelivery {
  constructor(private readonly deps: Deps) {}

  async deliver(key: NotificationKey): Promise<void> {
    const { database, approvals } = this.deps;
    const [approval] = await approvals.findByIds(database.reader, [key.approvalId]);
    const notification = (await approvals.notificationsOf(database.reader, [key.approvalId])).find(({ contactIndex, kind }) => contactIndex === key.contactIndex && kind === key.kind);
    if (!approval || notification?.status !== 'PENDING') return;
    if (key.kind !== 'OUTCOME' && approval.status !== 'PENDING') return this.finish(approval, notification, 'FAILED', 'It was decided before it could be sent.');
    try {
      await this.send(approval, notification);
      await this.finish(approval, notification, 'SENT', null);
    } catch (error) {
      await this.afterFailure(approval, notification, error);
    }
  }

  /** Who has not decided when most of the time is over is asked again. */
  async remind(approvalId: string, notify: (contactIndexes: readonly number[], approval: Approval) => Promise<void>): Promise<void> {
    const { database, approvals } = this.deps;
    const [approval] = await approvals.findByIds(database.reader, [approvalId]);
    if (approval?.status !== 'PENDING') return;
    const decided = (await approvals.decisionsOf(database.reader, [approvalId])).map(({ person }) => person);
    const waiting = approval.policy.contacts.flatMap(({ channel, address }, index) => (decided.includes(`contact:${channel}:${address.toLowerCase()}`) ? [] : [index]));
    await notify(waiting, approval);
  }

  private async send(approval: Approval, { contactIndex, kind }: ApprovalNotification): Promise<void> {
    const { registry, channels, notices } = this.deps;
    const contact = approval.policy.contacts[contactIndex];
    if (!contact) throw new Error(`The approval ${approval.id} has no contact ${contactIndex}.`);
    const channel = registry.channel(contact.channel);
    if (!channel) throw new NotSetUp(`No loaded plugin reaches people by ${contact.channel}: list one in PLUGINS.`);
    const missing = channel.definition.missing(channel.environment);
    if (missing !== undefined) throw new NotSetUp(missing);
    const decideUrl = kind === 'OUTCOME' ? undefined : await this.newLink(approval, contactIndex);
    const notice: Notice = await notices.of(approval, { contactIndex, kind, decideUrl });
    await channel.definition.send({
      client: channels.connect(channel),
      address: contact.address,
      name: contact.name ?? undefined,
      notice,
      signal: AbortSignal.timeout(SEND_WITHIN_MS),
    });
  }

  /** Made for this one sending: at rest there is only its hash. */
  private async newLink(approval: Approval, contactIndex: number): Promise<string> {
    const { database, approvals, publicUrl } = this.deps;
    const token = randomBytes(32).toString('base64url');
    await approvals.insertLink(database.reader, { tokenHash: hashToken(token), approvalId: approval.id, contactIndex, createdAt: new Date(), usedAt: null });
    return `${publicUrl()}/approvals/${token}`;
  }

  private async afterFailure(approval: Approval, notification: ApprovalNotification, error: unknown): Promise<void> {
    const { approvals, database, wakeups, logger } = this.deps;
    const log = logger.child({ approvalId: approval.id, contactIndex: notification.contactIndex });
    const isKnown = isActionError(error) || error instanceof NotSetUp;
    if (!isKnown) log.error({ err: error }, 'A notice could not be sent, by a fault.');
    const message = isKnown ? [error.message, isActionError(error) ? error.remedy : undefined].filter(Boolean).join(' ') : 'It could not be sent by a fault of the service; its log has the details.';
    if (isActionError(error) && !error.retryable) return this.finish(approval, notification, 'FAILED', message);
    const attempts = notification.attempts + 1;
    if (attempts === 1) await this.tell(approval, notification, `could not be reached yet: ${message}`);
    const delayMs = Math.max(Math.min(FIRST_RETRY_AFTER_MS * 2 ** (attempts - 1), LONGEST_RETRY_AFTER_MS), isActionError(error) ? (error.retryAfterMs ?? 0) : 0);
    await database.transact(async (tx) => {
      await approvals.saveNotification(tx, { ...notification, attempts, error: message });
      await wakeups.deliver(tx, notification, new Date(Date.now() + delayMs));
    });
  }

  private async finish(approval: Approval, notification: ApprovalNotification, status: 'SENT' | 'FAILED', error: string | null): Promise<void> {
    const { approvals, database } = this.deps;
    await approvals.saveNotification(database.reader, { ...notification, status, error, attempts: notification.attempts + 1, sentAt: status === 'SENT' ? new Date() : null });
    if (notification.kind !== 'OUTCOME') await this.tell(approval, notification, status === 'SENT' ? 'was asked to decide.' : `could not be reached: ${error ?? ''}`);
  }

  private async tell({ runId, runStepId, policy }: Approval, { contactIndex }: ApprovalNotification, what: string): Promise<void> {
    const contact = policy.contacts[contactIndex];
    await this.deps.changes.change(runId, (transition) => {
      if (transition.run.finishedAt === null) transition.tell('APPROVAL_NOTIFIED', `${contact?.name ?? contact?.address ?? 'A contact'} ${what}`, transition.step(runStepId));
    });
  }
}

/** The operator has not set the channel up yet; it is tried again, because that can change any moment. */
class NotSetUp extends Error {
  override readonly name = 'NotSetUp';
}
