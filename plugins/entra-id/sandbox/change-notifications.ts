import { randomUUID } from 'node:crypto';
import { Notifier } from './notifier.js';
import type { NotifierOptions } from './notifier.js';
import type { SubscriptionRecord } from './subscription-record.js';
import type { Subscriptions } from './subscriptions.js';

export const LIFECYCLE_EVENTS = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

/** What a client is told about its subscription. */
export interface LifecycleNotification {
  readonly subscriptionId: string;
  readonly subscriptionExpirationDateTime: string;
  readonly tenantId: string;
  readonly clientState: string | null;
  readonly lifecycleEvent: LifecycleEvent;
}

export interface ChangeNotificationsOptions extends NotifierOptions {
  readonly tenantId: string;
  readonly subscriptions: Subscriptions;
  readonly now: () => number;
}

/** Between the year 1 and 1970: sequence numbers are counted as .NET counts time, in ten-thousandths of a millisecond. */
const EPOCH_MS = 62_135_596_800_000;

/** Tells those who subscribed. */
export class ChangeNotifications {
  readonly #options: ChangeNotificationsOptions;
  readonly #notifier: Notifier;
  readonly #changedUserIds = new Set<string>();
  #lastSequenceMs = 0;

  constructor(options: ChangeNotificationsOptions) {
    this.#options = options;
    this.#notifier = new Notifier(options);
  }

  /** What changes in one go, as by one PATCH, is told by one request. */
  userChanged(userId: string): void {
    if (this.#changedUserIds.size === 0) setImmediate(() => this.#tell());
    this.#changedUserIds.add(userId);
  }

  lifecycle(subscription: SubscriptionRecord, lifecycleEvent: LifecycleEvent): LifecycleNotification {
    const { tenantId, subscriptions } = this.#options;
    const notification: LifecycleNotification = {
      subscriptionId: subscription.id,
      subscriptionExpirationDateTime: subscription.expirationDateTime,
      tenantId,
      clientState: subscription.clientState,
      lifecycleEvent,
    };
    const isRemoved = lifecycleEvent === 'subscriptionRemoved';
    if (isRemoved) subscriptions.remove(subscription.id);
    const url = subscription.lifecycleNotificationUrl ?? subscription.notificationUrl;
    this.#notifier.deliver({ url, body: { value: [notification] }, isWanted: () => isRemoved || subscriptions.find(subscription.id) !== undefined });
    return notification;
  }

  #tell(): void {
    const userIds = [...this.#changedUserIds];
    this.#changedUserIds.clear();
    const { subscriptions, stopped } = this.#options;
    if (stopped.aborted) return;
    for (const subscription of subscriptions.live().filter(({ changeType }) => /\bupdated\b/i.test(changeType))) {
      this.#notifier.deliver({
        url: subscription.notificationUrl,
        body: { value: userIds.map((userId) => this.#notificationOf(userId, subscription)) },
        isWanted: () => subscriptions.find(subscription.id) !== undefined,
      });
    }
  }

  #notificationOf(userId: string, subscription: SubscriptionRecord): Record<string, unknown> {
    const { tenantId } = this.#options;
    return {
      id: randomUUID(),
      subscriptionId: subscription.id,
      subscriptionExpirationDateTime: subscription.expirationDateTime,
      clientState: subscription.clientState,
      changeType: 'updated',
      resource: `Users/${userId}`,
      tenantId,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.User',
        '@odata.id': `Users/${userId}`,
        id: userId,
        organizationId: tenantId,
        sequenceNumber: this.#nextSequenceNumber(),
      },
    };
  }

  #nextSequenceNumber(): number {
    this.#lastSequenceMs = Math.max(this.#options.now(), this.#lastSequenceMs + 1);
    return (this.#lastSequenceMs + EPOCH_MS) * 10_000;
  }
}
