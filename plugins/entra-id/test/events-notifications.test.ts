import { isActionError, type EventType, type ReceivedNotifications, type SubscribedFeed } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';

const isSubscribed = (feed: EventType['feed']): feed is SubscribedFeed => feed?.kind === 'SUBSCRIBED';
const feed = plugin.eventTypes.map((eventType) => eventType.feed).find(isSubscribed);

function receive(body: unknown, query: Readonly<Record<string, string>> = {}): ReceivedNotifications | undefined {
  return feed?.receive({ query, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

function refusalOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return isActionError(error) ? error.code : error;
  }
}

const SUBSCRIPTION = { subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07', clientState: 'a secret', tenantId: '782df37d-50f3-4b2b-83b9-bccc629905eb', subscriptionExpirationDateTime: '2026-03-04T02:00:00Z' };
const USER_ID = '116f38fe-1b52-4ebd-ad90-cace7c7e2dfc';
const CHANGE = {
  ...SUBSCRIPTION,
  id: 'lsgTZMr9KwAAA',
  changeType: 'updated',
  resource: `Users/${USER_ID}`,
  resourceData: { '@odata.type': '#Microsoft.Graph.User', '@odata.id': `Users/${USER_ID}`, '@odata.etag': 'W/"1"', id: USER_ID },
};

test('a validation token is sent back as it came', () => {
  const token = 'Validation: Testing client application reachability for subscription Request-Id: 522a8e7e-096a-494c-aaf1-ac0dcfca45b7';
  expect(receive('', { validationToken: token, source: 'x' })).toEqual({ kind: 'HANDSHAKE', answer: token });
});

test.each(['', '<script>alert(1)</script>', 'x'.repeat(5_000)])('a validation token that Microsoft would not send is refused', (validationToken) => {
  expect(refusalOf(() => receive('', { validationToken }))).toBe('MALFORMED_NOTIFICATION');
});

test('a change is told flat, with the secret beside it and not in it', () => {
  const received = receive({ value: [CHANGE] });
  expect(received).toEqual({
    kind: 'NOTIFICATIONS',
    notifications: [{
      subscriptionId: SUBSCRIPTION.subscriptionId,
      secret: 'a secret',
      event: { id: 'lsgTZMr9KwAAA', changeType: 'updated', userId: USER_ID, tenantId: SUBSCRIPTION.tenantId, resource: `Users/${USER_ID}`, etag: 'W/"1"', subscriptionId: SUBSCRIPTION.subscriptionId, subscriptionExpirationDateTime: '2026-03-04T02:00:00Z' },
    }],
  });
});

test.each([['reauthorizationRequired', 'RENEW'], ['subscriptionRemoved', 'RECREATE'], ['missed', 'MISSED'], ['somethingNew', undefined]])('the lifecycle notice %s means %s, and is no event', (lifecycleEvent, lifecycle) => {
  const received = receive({ value: [{ ...SUBSCRIPTION, lifecycleEvent }] });
  expect(received).toEqual({ kind: 'NOTIFICATIONS', notifications: [{ subscriptionId: SUBSCRIPTION.subscriptionId, secret: 'a secret', ...(lifecycle && { lifecycle }) }] });
});

test('of several notifications, those that cannot be read do not keep the others out', () => {
  const received = receive({ value: [null, 7, { ...CHANGE, clientState: undefined }, { ...CHANGE, resourceData: null }, CHANGE] });
  expect(received).toMatchObject({ notifications: [{ event: { changeType: 'updated' } }, { event: { userId: USER_ID } }] });
  expect(receive({ value: [] })).toEqual({ kind: 'NOTIFICATIONS', notifications: [] });
});

test.each(['', 'no JSON', '{', 'null', '7', '[]', '{}', '{"value":{}}', '{"value":"x"}', '{"value":[1]}', '{"value":[{}]}', '{"value":[{"subscriptionId":1,"clientState":2}]}', '{"__proto__":{"value":[]}}'])('%s is refused', (body) => {
  expect(refusalOf(() => receive(body))).toBe('MALFORMED_NOTIFICATION');
});
