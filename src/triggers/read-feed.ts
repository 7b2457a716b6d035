import { isActionError, type PolledFeed } from '@countermeasure/sdk';
import type { ConnectionClients } from '../connections/connection-clients.js';
import type { ConnectionStore } from '../connections/connection.store.js';
import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import { inSpan } from '../kernel/tracing.js';
import type { Registry, RegisteredEventType } from '../registry/registry.js';
import type { EventFeed, FeedProblem } from './event-feed.entity.js';
import type { EventFeedStore, FeedChange } from './event-feed.store.js';
import { MAX_EVENTS_AT_ONCE, type EventIntake } from './event-intake.js';
import type { FeedSubscriptions } from './feed-subscriptions.js';
import type { TriggerWakeups } from './trigger-queue.js';

const READ_WITHIN_MS = 60_000;
const LONGEST_BACKOFF_MS = 15 * 60_000;
const TRIES_TO_UNSUBSCRIBE = 5;

type FeedKind = NonNullable<RegisteredEventType['definition']['feed']>;

/** A feed whose look is so much overdue has lost its job. */
const OVERDUE_MS = 2 * 60_000;

interface Deps {
  readonly database: Database;
  readonly feeds: EventFeedStore;
  readonly intake: EventIntake;
  readonly connections: ConnectionStore;
  readonly clients: ConnectionClients;
  readonly registry: Registry;
  readonly subscriptions: FeedSubscriptions;
  readonly wakeups: TriggerWakeups;
  readonly logger: Logger;
}

/**
 * Looks for new events of a connection. Each page and how far the look has come are one commit, so a look that is cut off
 * goes on where it was; what is read twice is known by its identity. What a look finds whose feed was switched meanwhile is left.
 */
export class EventFeedReader {
  constructor(private readonly deps: Deps) {}

  async look(feedId: string): Promise<void> {
    const { database, feeds, registry } = this.deps;
    const [feed] = await feeds.findByIds(database.reader, [feedId]);
    const kind = feed && registry.eventType(feed.eventType)?.definition.feed;
    if (!feed || !kind) return;
    await inSpan('feed', { kind: 'CONSUMER', attributes: { 'countermeasure.event.type': feed.eventType, 'countermeasure.connection.id': feed.connectionId } }, () => this.lookAt(feed, kind));
  }

  private async lookAt(feed: EventFeed, kind: FeedKind): Promise<void> {
    const { database, feeds, subscriptions } = this.deps;
    try {
      const client = await this.client(feed);
      if (client === undefined) await feeds.update(database.reader, feed.id, { active: false });
      else if (kind.kind === 'SUBSCRIBED') await this.settle(feed, await subscriptions.keep(feed, kind, client));
      else if (feed.active) await this.readPage(feed, kind, client);
    } catch (error) {
      await this.afterFailure(feed, error);
    }
  }

  async wakeDue(): Promise<void> {
    const { database, feeds, wakeups } = this.deps;
    for (const id of await feeds.overdue(database.reader, new Date(Date.now() - OVERDUE_MS))) await wakeups.look(database.reader, id);
  }

  /** undefined: the connection was deleted, and brings nothing any more. */
  private async client({ connectionId }: EventFeed): Promise<unknown> {
    const { database, connections, clients } = this.deps;
    const [connection] = await connections.findByIds(database.reader, [connectionId]);
    if (connection?.deletedAt !== null) return undefined;
    return (await clients.connect(connection)).client;
  }

  private async readPage(feed: EventFeed, polled: PolledFeed, client: unknown): Promise<void> {
    const { database, feeds, intake, wakeups } = this.deps;
    const lookBeganAt = feed.lookBeganAt ?? new Date();
    const since = new Date(Math.max(feed.createdAt.getTime(), feed.readUntil.getTime() - polled.overlapMs));
    const { events, nextPage } = await polled.read({ client, since, page: feed.nextPage ?? undefined, signal: AbortSignal.timeout(READ_WITHIN_MS) });
    const isLast = nextPage === undefined;
    const nextLookAt = isLast ? new Date(Date.now() + polled.everyMs) : new Date();
    const progress: FeedChange = isLast ? { readUntil: lookBeganAt, lookBeganAt: null, nextPage: null, lastLookAt: new Date() } : { lookBeganAt, nextPage };
    await database.transact(async (tx) => {
      if (!(await feeds.lockUnchanged(tx, feed))) return;
      for (let from = 0; from < events.length; from += MAX_EVENTS_AT_ONCE) {
        const part = events.slice(from, from + MAX_EVENTS_AT_ONCE).map((payload) => ({ type: feed.eventType, payload }));
        await intake.accept(tx, this.sound(feed, part), `feed:${feed.connectionId}`, []);
      }
      await feeds.update(tx, feed.id, { ...progress, nextLookAt, problem: null, failures: 0 });
      await wakeups.look(tx, feed.id, nextLookAt);
    });
  }

  /** One payload that cannot be stored must not keep the others out. */
  private sound<Event extends { type: string; payload: unknown }>(feed: EventFeed, events: readonly Event[]): Event[] {
    return events.filter((event) => {
      const problems = this.deps.intake.problemsOf([event], []);
      if (problems.length > 0) this.deps.logger.warn({ feedId: feed.id, problems }, 'An event of a feed cannot be stored and is left out.');
      return problems.length === 0;
    });
  }

  private async settle(feed: EventFeed, { nextLookAt, ...change }: FeedChange & { nextLookAt?: Date | undefined }): Promise<void> {
    const { database, feeds, wakeups } = this.deps;
    await database.transact(async (tx) => {
      await feeds.update(tx, feed.id, { ...change, ...(nextLookAt && { nextLookAt }), lastLookAt: new Date(), failures: 0 });
      if (nextLookAt) await wakeups.look(tx, feed.id, nextLookAt);
    });
  }

  /** Later and later, never earlier than the provider asks; a page that may be what is wrong is not asked for again. */
  private async afterFailure(feed: EventFeed, error: unknown): Promise<void> {
    const { database, feeds, wakeups, logger } = this.deps;
    if (!isActionError(error) && !isTimeout(error)) logger.error({ err: error, feedId: feed.id }, 'A look at a feed failed by a fault.');
    const failures = feed.failures + 1;
    const backoffMs = Math.min(30_000 * 2 ** Math.min(failures - 1, 10), LONGEST_BACKOFF_MS);
    const nextLookAt = new Date(Date.now() + Math.max(backoffMs, isActionError(error) ? (error.retryAfterMs ?? 0) : 0));
    const mayResume = isTimeout(error) || (isActionError(error) && error.retryable);
    await database.transact(async (tx) => {
      if (!(await feeds.lockUnchanged(tx, feed))) return;
      await feeds.update(tx, feed.id, { problem: toProblem(error), failures, nextLookAt, lastLookAt: new Date(), ...(!mayResume && { nextPage: null, lookBeganAt: null }) });
      // A subscription that could not be ended is tried some more; then it ends by itself.
      if (feed.active || failures < TRIES_TO_UNSUBSCRIBE) await wakeups.look(tx, feed.id, nextLookAt);
    });
  }
}

/** The signal's own reason, when the provider takes too long. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function toProblem(error: unknown): FeedProblem {
  if (isTimeout(error)) return { code: 'TIMEOUT', message: `The provider took longer than ${READ_WITHIN_MS / 1_000} s.`, remedy: 'Nothing to do: it is asked again.' };
  if (!isActionError(error)) return { code: 'INTERNAL_ERROR', message: 'The look failed by a fault of the plugin or of this service.', remedy: 'The details stand in the service\'s log, under this feed\'s id.' };
  return { code: error.code, message: error.message, remedy: error.remedy ?? null };
}
