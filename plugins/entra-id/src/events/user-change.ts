import { defineEventType } from '@countermeasure/sdk';
import { entraId } from '../provider.js';
import { idOf, keyOf, momentOf } from './payload.js';
import { userSubscription } from './user-subscription.js';
import { userTargets } from './user-targets.js';

/** A change notification of Microsoft Graph about a user, laid flat. @see https://learn.microsoft.com/graph/api/resources/changenotification */
export const userChange = defineEventType(entraId, {
  id: 'entra-id:user-change',
  title: 'User changed',
  description:
    'Microsoft Graph tells that a user was made, changed, deleted or restored (changeType updated) or is gone for good (deleted), within minutes and without being asked. It does not tell what changed, nor who did it: that is in the directory audit. It takes no licence, and an address of this service that Microsoft can reach (PUBLIC_URL). ' +
    'What playbooks do to a user is a change, too: a trigger that acts on what it does itself goes round in a circle, so use a cooldown. Notifications can get lost while this service is away.',
  fields: [
    { path: 'changeType', title: 'Kind of change', type: 'ENUM', values: ['updated', 'deleted'] },
    { path: 'userId', title: 'Object id of the user', type: 'STRING' },
    { path: 'tenantId', title: 'Tenant', type: 'STRING' },
    { path: 'resource', title: 'Path of the user', type: 'STRING' },
    { path: 'eventTime', title: 'When it was, where Microsoft tells', type: 'DATETIME' },
    { path: 'etag', title: 'Version of the user, where Microsoft tells', type: 'STRING' },
    { path: 'sequenceNumber', title: 'Number of the change in the directory, where Microsoft tells', type: 'STRING' },
    { path: 'id', title: 'Id of the notification, where Microsoft tells', type: 'STRING' },
    { path: 'subscriptionId', title: 'Id of the subscription', type: 'STRING' },
    { path: 'subscriptionExpirationDateTime', title: 'When the subscription ends', type: 'DATETIME' },
  ],
  sample: {
    id: 'lsgTZMr9KwAAA',
    changeType: 'updated',
    userId: '116f38fe-1b52-4ebd-ad90-cace7c7e2dfc',
    tenantId: '782df37d-50f3-4b2b-83b9-bccc629905eb',
    resource: 'Users/116f38fe-1b52-4ebd-ad90-cace7c7e2dfc',
    eventTime: '2026-03-01T03:30:12.0000000Z',
    etag: 'W/"CQAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf"',
    sequenceNumber: '637802158543242344',
    subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
    subscriptionExpirationDateTime: '2026-03-04T02:00:00.0000000Z',
  },
  targets: ({ userId }) => userTargets({ id: userId, userPrincipalName: undefined }),
  occurredAt: ({ eventTime }) => momentOf(eventTime),
  // Without the subscription: a new one in the place of a lost one may tell the same change again.
  dedupeKey: ({ tenantId, userId, changeType, etag, sequenceNumber, eventTime, id }) => keyOf(idOf(tenantId), idOf(userId), idOf(changeType), idOf(etag) ?? idOf(sequenceNumber) ?? idOf(eventTime) ?? idOf(id)),
  feed: userSubscription,
});
