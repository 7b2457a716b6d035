import { ActionError } from '@countermeasure/sdk';
import { feedOf, lookNow, switchFeed, type Feed } from '../support/feeds.js';
import { postHook, refusalsOf } from '../support/hook-sender.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const JSON_BODY = { 'content-type': 'application/json' };

let app: TestApp;
let connectionId: string;
let feed: Feed;

const turn = (active: boolean) => switchFeed(app, { connectionId, eventType: 'lab:notice', active });

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
  feed = await turn(true);
  await until(() => feedOf(app, feed.id), ({ subscriptionExpiresAt }) => subscriptionExpiresAt !== null);
});

afterEach(() => app[Symbol.asyncDispose]());

function subscription(id = 'sub-1'): { notificationUrl: string; secret: string; renewals: number } {
  const found = app.lab.subscriptions.get(id);
  if (!found) throw new Error(`The laboratory has no subscription ${id}.`);
  return found;
}

const notify = (...notifications: object[]) => postHook(app, feed.id, JSON.stringify(notifications.map((notification) => ({ subscriptionId: 'sub-1', ...notification }))), JSON_BODY);
const events = async () => (await app.database.query('select payload, source from event order by id')).rows;

test('a feed that the provider feeds subscribes with its own address and a secret that is kept as a hash alone, and answers the handshake as plain text', async () => {
  const { notificationUrl, secret } = subscription();
  expect(notificationUrl).toBe(`${app.app.url}/hooks/${feed.id}`);
  expect(secret.length).toBeGreaterThanOrEqual(40);
  expect(JSON.stringify((await app.database.query('select f::text from event_feed f')).rows)).not.toContain(secret);
  const response = await fetch(`${notificationUrl}?validationToken=${encodeURIComponent('<script>alert(1)</script> ok')}`, { method: 'POST', headers: { 'content-type': 'text/plain' } });
  expect([response.status, response.headers.get('content-type'), response.headers.get('x-content-type-options')]).toEqual([200, 'text/plain; charset=utf-8', 'nosniff']);
  expect(await response.text()).toBe('<script>alert(1)</script> ok');
  expect(await feedOf(app, feed.id)).toMatchObject({ active: true, problem: null, failures: 0 });
});

test('a notification with its subscription\'s secret starts a playbook, once however often it is sent', async () => {
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'A trigger', eventType: 'lab:notice', playbookIds: [playbook.id] } });
  const { secret } = subscription();
  const told = { secret, event: { id: 'n-1', user: 'ada@contoso.example' } };
  expect(await notify(told, told)).toMatchObject({ status: 202, accepted: 1, duplicates: 1 });
  expect(await notify(told)).toMatchObject({ status: 202, accepted: 0, duplicates: 1 });
  await until(() => app.lab.callsOf('alpha'), (calls) => calls === 1);
  expect(await events()).toEqual([{ payload: told.event, source: `feed:${connectionId}` }]);
});

test('a notification without the secret is refused with all that came with it, stored nowhere and counted', async () => {
  const { secret } = subscription();
  const event = { id: 'n-1' };
  const answers = [await notify({ secret: 'wrong', event }), await notify({ secret, event }, { secret: `${secret}x`, event: { id: 'n-2' } }), await notify(), await notify({ secret: '', lifecycle: 'RECREATE' })];
  expect(answers.map(({ status, error }) => [status, error?.code])).toEqual(answers.map(() => [401, 'UNAUTHENTICATED_NOTIFICATION']));
  const bad = [await postHook(app, feed.id, '{}', JSON_BODY), await postHook(app, feed.id, Buffer.from([0xff]), JSON_BODY), await postHook(app, feed.id, '[]', { 'content-type': 'text/plain' }), await notify({ secret, event: { id: 'n\0' } })];
  expect(bad.map(({ error }) => error?.code)).toEqual(['MALFORMED_BODY', 'MALFORMED_BODY', 'UNSUPPORTED_MEDIA_TYPE', 'INVALID_EVENTS']);
  expect(await until(() => refusalsOf(app), (refusals) => refusals.length === 4)).toEqual([
    { source: '', code: 'UNSUPPORTED_MEDIA_TYPE', count: 1 },
    { source: feed.id, code: 'INVALID_EVENTS', count: 1 },
    { source: feed.id, code: 'MALFORMED_BODY', count: 2 },
    { source: feed.id, code: 'UNAUTHENTICATED_NOTIFICATION', count: 4 },
  ]);
  expect(await events()).toEqual([]);
  expect(app.lab.subscriptions.size).toBe(1);
});

test('a subscription is renewed when the provider asks for it, made anew when it is gone, and events that were missed are told', async () => {
  const { secret } = subscription();
  expect(await notify({ secret, lifecycle: 'RENEW' })).toMatchObject({ status: 202, accepted: 0 });
  await until(() => subscription().renewals, (renewals) => renewals === 1);
  await until(() => feedOf(app, feed.id), ({ subscriptionExpiresAt }) => Date.parse(subscriptionExpiresAt ?? '') > Date.now() + 60_000);

  await notify({ secret, lifecycle: 'MISSED' });
  expect((await feedOf(app, feed.id)).problem).toMatchObject({ code: 'EVENTS_MISSED', remedy: expect.any(String) });

  await notify({ secret, lifecycle: 'RECREATE' }, { secret, event: { id: 'n-1' } });
  await until(() => app.lab.subscriptions.size, (size) => size === 2);
  expect(await events()).toHaveLength(1);
  expect(subscription('sub-2').secret).not.toBe(secret);
  await until(() => feedOf(app, feed.id), ({ problem, subscriptionExpiresAt }) => problem === null && subscriptionExpiresAt !== null);
  expect((await notify({ secret, event: { id: 'n-2' } })).status).toBe(401);
  expect((await notify({ secret: subscription('sub-2').secret, event: { id: 'n-2' } })).status).toBe(202);
});

test('a subscription is renewed in time, and a new one is made when the provider no longer has it', async () => {
  expect(Date.parse((await feedOf(app, feed.id)).nextLookAt)).toBeLessThan(Date.now() + (app.lab.subscriptionLastsMs * 2) / 3 + 1_000);
  await lookNow(app);
  await until(() => subscription().renewals, (renewals) => renewals === 1);
  const old = subscription().secret;
  await until(() => feedOf(app, feed.id), ({ nextLookAt }) => Date.parse(nextLookAt) > Date.now());
  app.lab.subscriptions.clear();
  await lookNow(app);
  await until(() => app.lab.subscriptions.size, (size) => size === 1);
  expect(subscription().secret).not.toBe(old);
  expect(await until(() => feedOf(app, feed.id), ({ nextLookAt }) => Date.parse(nextLookAt) > Date.now())).toMatchObject({ problem: null, failures: 0 });
});

test('a renewal that fails is told, tried again, and the problem is over when one succeeds', async () => {
  const kept = subscription();
  let isDown = true;
  Object.defineProperty(kept, 'renewals', {
    get: () => {
      if (isDown) throw new ActionError('UNAVAILABLE', 'Not now.', { retryable: true });
      return 0;
    },
    set: () => undefined,
  });
  await lookNow(app);
  const failed = await until(() => feedOf(app, feed.id), ({ failures }) => failures === 1);
  expect(failed).toMatchObject({ problem: { code: 'UNAVAILABLE' }, subscriptionExpiresAt: expect.any(String) });
  expect((await notify({ secret: kept.secret, event: { id: 'n-1' } })).status).toBe(202);
  isDown = false;
  await lookNow(app);
  await until(() => feedOf(app, feed.id), ({ problem, failures }) => problem === null && failures === 0);
});

test('a feed that is switched off ends its subscription and takes no notifications any more; switched on again it makes a new one', async () => {
  const { secret } = subscription();
  await turn(false);
  await until(() => app.lab.subscriptions.size, (size) => size === 0);
  expect(await notify({ secret, event: { id: 'n-1' } })).toMatchObject({ status: 404, error: { code: 'UNKNOWN_SOURCE' } });
  expect((await fetch(`${app.app.url}/hooks/${feed.id}?validationToken=x`, { method: 'POST' })).status).toBe(404);
  expect(await until(() => feedOf(app, feed.id), ({ subscriptionExpiresAt }) => subscriptionExpiresAt === null)).toMatchObject({ active: false, problem: null });
  await turn(true);
  await until(() => app.lab.subscriptions.size, (size) => size === 1);
  expect(subscription().secret).not.toBe(secret);
  expect(await events()).toEqual([]);
});

test('the feed of a connection that was deleted takes no notifications any more', async () => {
  const { secret } = subscription();
  await app.admin.ask('mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id } } }', { id: connectionId });
  expect(await notify({ secret, event: { id: 'n-1' } })).toMatchObject({ status: 404, error: { code: 'UNKNOWN_SOURCE' } });
  expect(await events()).toEqual([]);
});

test('a feed that is asked has no address to send to', async () => {
  const polled = await switchFeed(app, { connectionId, eventType: 'lab:signal', active: true });
  expect(await postHook(app, polled.id, '[]', JSON_BODY)).toMatchObject({ status: 404, error: { code: 'UNKNOWN_SOURCE' } });
});
