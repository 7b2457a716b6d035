import { ActionError, isActionError, type SubscribeContext, type SubscribedFeed, type SubscriptionContext } from '@countermeasure/sdk';
import type { CallOptions, GraphClient } from '../graph-client.js';
import { need } from '../permissions.js';
import { READ_USERS } from '../users.js';
import { readNotifications } from './change-notification.js';
import { HOUR_MS } from './graph-list.js';
import { momentOf, recordOf, recordsOf } from './payload.js';
import { toSubscriptionError } from './subscription-error.js';

/** Graph allows 41,760 minutes for users; one that nobody renews is better gone sooner. @see https://learn.microsoft.com/graph/api/resources/subscription#subscription-lifetime */
const LIFETIME_MS = 72 * HOUR_MS;

const RESOURCE = 'users';

const path = (subscriptionId: string): string => `/subscriptions/${encodeURIComponent(subscriptionId)}`;
const options = (signal: AbortSignal): CallOptions => ({ signal, permissions: READ_USERS });
const expiry = (): Date => new Date(Date.now() + LIFETIME_MS);

/** Changes of all users of a tenant. @see https://learn.microsoft.com/graph/api/subscription-post-subscriptions */
export const userSubscription: SubscribedFeed<GraphClient> = {
  kind: 'SUBSCRIBED',
  permissions: [need(READ_USERS, 'To be told when a user changes.')],

  async subscribe(context) {
    try {
      return await create(context);
    } catch (error) {
      if (!isActionError(error) || error.code !== 'CONFLICT') throw toSubscriptionError(error);
    }
    return createAnew(context).catch((error: unknown) => {
      throw toSubscriptionError(error);
    });
  },

  async renew({ client, subscriptionId, signal }) {
    const expirationDateTime = expiry().toISOString();
    const renewed = await client.patch(path(subscriptionId), { expirationDateTime }, options(signal)).catch((error: unknown) => {
      throw toSubscriptionError(error);
    });
    return { expiresAt: expiryOf(renewed, expirationDateTime) };
  },

  async unsubscribe({ client, subscriptionId, signal }) {
    await remove({ client, subscriptionId, signal }).catch((error: unknown) => {
      throw toSubscriptionError(error);
    });
  },

  receive: readNotifications,
};

async function create({ client, notificationUrl, secret, signal }: SubscribeContext<GraphClient>): Promise<{ subscriptionId: string; expiresAt: Date }> {
  const expirationDateTime = expiry().toISOString();
  // A user who is made, deleted or restored is told as updated; deleted is for good.
  const wanted = { changeType: 'updated,deleted', notificationUrl, lifecycleNotificationUrl: notificationUrl, resource: RESOURCE, expirationDateTime, clientState: secret };
  const made = await client.create('/subscriptions', wanted, options(signal));
  const { id } = recordOf(made);
  if (typeof id !== 'string') throw new ActionError('PROVIDER_ERROR', 'Microsoft Graph made a subscription and did not name it.', { retryable: true });
  return { subscriptionId: id, expiresAt: expiryOf(made, expirationDateTime) };
}

/**
 * Graph allows one subscription to the same thing. One to our own address is left over from an attempt whose answer nobody
 * kept, so nobody knows its secret: it goes. One to another address is somebody else's, and stays.
 */
async function createAnew(context: SubscribeContext<GraphClient>): Promise<{ subscriptionId: string; expiresAt: Date }> {
  const { client, notificationUrl, signal } = context;
  const { value } = await client.readPage<unknown>('/subscriptions', {}, options(signal));
  for (const { id, resource, notificationUrl: address } of recordsOf(value)) {
    if (typeof id === 'string' && resource === RESOURCE && address === notificationUrl) await remove({ client, subscriptionId: id, signal });
  }
  return create(context);
}

async function remove({ client, subscriptionId, signal }: SubscriptionContext<GraphClient>): Promise<void> {
  try {
    await client.remove(path(subscriptionId), options(signal));
  } catch (error) {
    if (!isActionError(error) || error.code !== 'TARGET_NOT_FOUND') throw error;
  }
}

function expiryOf(subscription: unknown, asked: string): Date {
  return new Date(momentOf(recordOf(subscription)['expirationDateTime']) ?? asked);
}
