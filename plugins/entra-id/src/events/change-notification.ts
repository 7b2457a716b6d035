import { ActionError, type EventPayload, type Notification, type NotificationRequest, type ReceivedNotifications } from '@countermeasure/sdk';
import { recordOf, recordsOf } from './payload.js';

const LONGEST_TOKEN = 4_096;

/** @see https://learn.microsoft.com/graph/change-notifications-lifecycle-events */
const LIFECYCLE: ReadonlyMap<unknown, Notification['lifecycle']> = new Map([
  ['reauthorizationRequired', 'RENEW'],
  ['subscriptionRemoved', 'RECREATE'],
  ['missed', 'MISSED'],
]);

/** Reads what was sent to the notification URL; anybody can send there. @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks */
export function readNotifications({ query, body }: NotificationRequest): ReceivedNotifications {
  const { validationToken } = query;
  if (validationToken !== undefined) return { kind: 'HANDSHAKE', answer: harmless(validationToken) };
  const { value } = recordOf(parse(body));
  if (!Array.isArray(value)) throw malformed('it is no list of notifications');
  const notifications = recordsOf(value).flatMap(toNotification);
  // One that cannot be read must not keep the others of the same request out.
  if (notifications.length === 0 && value.length > 0) throw malformed('none of its notifications names a subscription and its secret');
  return { kind: 'NOTIFICATIONS', notifications };
}

/** Microsoft never sends markup, so nobody else gets any sent back. */
function harmless(token: string): string {
  if (token === '' || token.length > LONGEST_TOKEN || /[<>]/.test(token)) throw malformed('its validation token is none of Microsoft\'s');
  return token;
}

function toNotification(sent: EventPayload): Notification[] {
  const { subscriptionId, clientState: secret, lifecycleEvent } = sent;
  if (typeof subscriptionId !== 'string' || typeof secret !== 'string') return [];
  if (lifecycleEvent === undefined || lifecycleEvent === null) return [{ subscriptionId, secret, event: toEvent(sent) }];
  const lifecycle = LIFECYCLE.get(lifecycleEvent);
  // Microsoft announces further ones: they concern the subscription, too, and tell nothing of a user.
  return [lifecycle === undefined ? { subscriptionId, secret } : { subscriptionId, secret, lifecycle }];
}

/** Laid flat, and without the secret. */
function toEvent({ id, changeType, tenantId, resource, subscriptionId, subscriptionExpirationDateTime, resourceData }: EventPayload): EventPayload {
  const { id: userId, eventTime, '@odata.etag': etag, sequenceNumber: sequence } = recordOf(resourceData);
  const sequenceNumber = typeof sequence === 'number' ? String(sequence) : sequence;
  const told = { id, changeType, userId, tenantId, resource, eventTime, etag, sequenceNumber, subscriptionId, subscriptionExpirationDateTime };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => typeof value === 'string'));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw malformed('it is no JSON');
  }
}

function malformed(why: string): ActionError {
  return new ActionError('MALFORMED_NOTIFICATION', `The request is no notification of Microsoft Graph's: ${why}.`);
}
