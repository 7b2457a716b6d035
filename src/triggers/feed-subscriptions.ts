import { isActionError, type SubscribedFeed } from '@countermeasure/sdk';
import { createHash, randomBytes } from 'node:crypto';
import { rememberSecret } from '../kernel/redact.js';
import type { Database } from '../db/database.js';
import type { EventFeed } from './event-feed.entity.js';
import type { EventFeedStore, FeedChange } from './event-feed.store.js';

const ANSWER_WITHIN_MS = 30_000;

/** A subscription is renewed when a third of its time is left. */
const RENEW_AT_SHARE = 2 / 3;

interface Deps {
  readonly database: Database;
  readonly feeds: EventFeedStore;
  readonly publicUrl: () => string;
}

/** Keeps the subscription of a feed that is on, and ends that of one that is off. */
export class FeedSubscriptions {
  constructor(private readonly deps: Deps) {}

  /** Returns what is to be remembered, and when to look again. */
  async keep(feed: EventFeed, subscribed: SubscribedFeed, client: unknown): Promise<FeedChange & { nextLookAt?: Date | undefined }> {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const { subscriptionId } = feed;
    if (!feed.active) {
      if (subscriptionId !== null) await subscribed.unsubscribe({ client, subscriptionId, signal });
      return { subscriptionId: null, subscriptionSecretHash: null, subscriptionExpiresAt: null, problem: null };
    }
    if (subscriptionId === null) return this.subscribe(feed, subscribed, client, signal);
    const isDue = feed.subscriptionExpiresAt === null || feed.nextLookAt <= new Date() || feed.subscriptionExpiresAt <= new Date();
    if (!isDue) return { nextLookAt: feed.nextLookAt };
    try {
      const { expiresAt } = await subscribed.renew({ client, subscriptionId, signal });
      return { subscriptionExpiresAt: expiresAt, problem: null, nextLookAt: renewalTime(expiresAt) };
    } catch (error) {
      // Gone at the provider: only a new one helps.
      if (isActionError(error) && error.code === 'SUBSCRIPTION_GONE') return this.subscribe(feed, subscribed, client, signal);
      throw error;
    }
  }

  /** The secret's hash is there before the provider may use the secret: it calls back while it is being asked. */
  private async subscribe(feed: EventFeed, subscribed: SubscribedFeed, client: unknown, signal: AbortSignal): Promise<FeedChange & { nextLookAt: Date }> {
    const { database, feeds, publicUrl } = this.deps;
    const secret = randomBytes(32).toString('base64url');
    rememberSecret(secret);
    await feeds.update(database.reader, feed.id, { subscriptionSecretHash: createHash('sha256').update(secret).digest() });
    const { subscriptionId, expiresAt } = await subscribed.subscribe({ client, notificationUrl: `${publicUrl()}/hooks/${feed.id}`, secret, signal });
    return { subscriptionId, subscriptionExpiresAt: expiresAt, problem: null, nextLookAt: renewalTime(expiresAt) };
  }
}

function renewalTime(expiresAt: Date): Date {
  const now = Date.now();
  return new Date(now + Math.max(60_000, (expiresAt.getTime() - now) * RENEW_AT_SHARE));
}
