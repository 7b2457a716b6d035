import { isActionError, type Notice } from '@countermeasure/sdk';
import { randomBytes } from 'node:crypto';
import { hashToken } from '../approvals/approval.service.js';
import { nameOfContact } from '../auth/actor.js';
import { personOf } from '../approvals/approval-rules.js';
import type { ApprovalNotification } from '../approvals/approval-notification.entity.js';
import type { ApprovalWakeups, NotificationKey } from '../approvals/approval-queue.js';
import type { Approval } from '../approvals/approval.entity.js';
import type { ApprovalStore } from '../approvals/approval.store.js';
import type { Database, Tx } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { Registry } from '../registry/registry.js';
import type { RunChanges } from '../runs/run-changes.js';
import type { ApprovalNotices } from './approval-notices.js';
import type { ChannelClients } from './channel-clients.js';

const SEND_WITHIN_MS = 60_000;
const FIRST_RETRY_AFTER_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** Nobody needs to be told after that what became of an approval. */
const OUTCOME_IS_NEWS_MS = 24 * 60 * 60_000;

const SENT_WORDS = { REQUEST: 'was asked to decide.', REMINDER: 'was asked again to decide.' } as const;

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
    const toContact = (await approvals.notificationsOf(database.reader, [key.approvalId])).filter(({ contactIndex }) => contactIndex === key.contactIndex);
    const notification = toContact.find(({ kind }) => kind === key.kind);
    if (!approval || notification?.status !== 'PENDING') return;
    const pointless = whyPointless(approval, notification, toContact.find(({ kind }) => kind === 'REQUEST'));
    if (pointless !== undefined) return this.finish(approval, notification, 'FAILED', pointless);
    const failure = await this.send(approval, notification).then(() => undefined, (error: unknown) => ({ error }));
    if (failure) await this.afterFailure(approval, notification, failure.error);
    else await this.finish(approval, notification, 'SENT', null);
  }

  /** Who has not decided when most of the time is over is asked again. */
  async remind(approvalId: string, notify: (contactIndexes: readonly number[], approval: Approval) => Promise<void>): Promise<void> {
    const { database, approvals } = this.deps;
    const [approval] = await approvals.findByIds(database.reader, [approvalId]);
    if (approval?.status !== 'PENDING') return;
    const decided = (await approvals.decisionsOf(database.reader, [approvalId])).map(({ person }) => person);
    const waiting = approval.policy.contacts.flatMap((contact, index) => (decided.includes(personOf({ kind: 'CONTACT', ...contact })) ? [] : [index]));
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
    const { wakeups, logger } = this.deps;
    const log = logger.child({ approvalId: approval.id, contactIndex: notification.contactIndex });
    const message = this.explain(error, log);
    if (isActionError(error) && !error.retryable) return this.finish(approval, notification, 'FAILED', message);
    const attempts = notification.attempts + 1;
    const delayMs = Math.max(Math.min(FIRST_RETRY_AFTER_MS * 2 ** (attempts - 1), LONGEST_RETRY_AFTER_MS), isActionError(error) ? (error.retryAfterMs ?? 0) : 0);
    const what = attempts === 1 && notification.kind !== 'OUTCOME' ? `could not be reached yet: ${message}` : undefined;
    await this.saveAndTell(approval, { ...notification, attempts, error: message }, what, (tx) => wakeups.deliver(tx, notification, new Date(Date.now() + delayMs)));
  }

  /** What people read of it; a fault goes to the log. */
  private explain(error: unknown, log: Logger): string {
    if (isActionError(error)) return [error.message, error.remedy].filter(Boolean).join(' ');
    if (error instanceof NotSetUp) return error.message;
    log.error({ err: error }, 'A notice could not be sent, by a fault.');
    return 'It could not be sent by a fault of the service; its log has the details.';
  }

  /** The notice's end and the word of it in the run's history are one commit. */
  private async finish(approval: Approval, notification: ApprovalNotification, status: 'SENT' | 'FAILED', error: string | null): Promise<void> {
    const ended = { ...notification, status, error, attempts: notification.attempts + 1, sentAt: status === 'SENT' ? new Date() : null };
    await this.saveAndTell(approval, ended, notification.kind === 'OUTCOME' ? undefined : status === 'SENT' ? SENT_WORDS[notification.kind] : `could not be reached: ${error ?? ''}`);
  }

  private async saveAndTell({ runId, runStepId, policy }: Approval, notification: ApprovalNotification, what: string | undefined, alsoDo: (tx: Tx) => Promise<void> = () => Promise.resolve()): Promise<void> {
    const contact = policy.contacts[notification.contactIndex];
    await this.deps.changes.change(runId, async (transition, tx) => {
      if (!(await this.deps.approvals.saveNotification(tx, notification))) return;
      await alsoDo(tx);
      if (what !== undefined && transition.run.finishedAt === null) transition.tell('APPROVAL_NOTIFIED', `${contact ? nameOfContact(contact) : 'A contact'} ${what}`, transition.step(runStepId));
    });
  }
}

/** Why a notice is not worth sending any more; undefined when it is. */
function whyPointless(approval: Approval, { kind }: ApprovalNotification, request: ApprovalNotification | undefined): string | undefined {
  if (kind !== 'OUTCOME') return approval.status === 'PENDING' ? undefined : 'It was decided before the notice could be sent.';
  if (request?.status === 'FAILED') return 'The contact was never asked, so there is nothing to tell.';
  const isOld = approval.decidedAt !== null && Date.now() - approval.decidedAt.getTime() > OUTCOME_IS_NEWS_MS;
  return isOld ? 'It could not be sent within a day, and is no news any more.' : undefined;
}

/** The operator has not set the channel up yet; it is tried again, because that can change any moment. */
class NotSetUp extends Error {
  override readonly name = 'NotSetUp';
}
