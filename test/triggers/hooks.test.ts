import { HOOK_REFUSALS, type HookRefusalCode } from '../../src/triggers/hook-refused.js';
import { createSource, postHook, refusalsOf, sign } from '../support/hook-sender.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const CREATE = 'mutation ($input: CreateEventSourceInput!) { createEventSource(input: $input) { secret source { id name url active eventType { id } } } }';
const UPDATE = 'mutation ($input: UpdateEventSourceInput!) { updateEventSource(input: $input) { source { active } } }';
const DELETE = 'mutation ($input: DeleteEventSourceInput!) { deleteEventSource(input: $input) { source { active } } }';
const EVENTS = '{ events { nodes { id source payload dedupeKey type { id } } } }';

const BODY = JSON.stringify({ id: 's-1', user: 'ada@contoso.example', level: 'high' });
const MINUTE_MS = 60_000;

let app: TestApp;
let source: { id: string; secret: string };

beforeEach(async () => {
  app = await startTestApp({ runsEngine: false });
  source = await createSource(app, 'siem');
});

afterEach(() => app[Symbol.asyncDispose]());

const post = (body: string | Buffer, options: { id?: string; at?: number } = {}) => postHook(app, 'siem', body, sign(source.secret, body, options));

/** How many events, and how many requests that are remembered. */
async function stored(): Promise<object | undefined> {
  return (await app.database.query('select (select count(*)::int from event) as events, (select count(*)::int from hook_delivery) as deliveries')).rows[0];
}

async function expectRefused(answer: object, code: HookRefusalCode, from = 'siem'): Promise<void> {
  expect(answer).toMatchObject({ status: HOOK_REFUSALS[code].status, error: { code, message: HOOK_REFUSALS[code].text } });
  expect(await until(() => refusalsOf(app), (refusals) => refusals.length > 0)).toEqual([{ source: from, code, count: 1 }]);
}

test('a source is made by an administrator alone and tells where it posts; its name must be free and part of an address, its type one that others may send', async () => {
  const { createEventSource } = await app.admin.ask<{ createEventSource: { secret: string; source: object } }>(CREATE, { input: { name: 'edr-2', eventType: 'identity:alert' } });
  expect(createEventSource.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(createEventSource.source).toMatchObject({ name: 'edr-2', url: `${app.app.url}/hooks/edr-2`, active: true, eventType: { id: 'identity:alert' } });
  for (const role of ['VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR'] as const) {
    expect((await (await app.clientWith(role)).refusal(CREATE, { input: { name: 'mine', eventType: 'lab:signal' } })).extensions.code).toBe('FORBIDDEN');
  }
  for (const name of ['siem', 'Siem', 'a b', 'a_b', '-a', 'a--b', 'fed_00000000000000000000000000', 'a'.repeat(65), '']) {
    expect((await app.admin.refusal(CREATE, { input: { name, eventType: 'lab:signal' } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'name'] }] });
  }
  for (const eventType of ['lab:nope', 'schedule']) {
    expect((await app.admin.refusal(CREATE, { input: { name: 'other', eventType } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'eventType'] }] });
  }
});

test('of many who make a source of one name at the same instant, one gets it', async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => app.admin.send(CREATE, { input: { name: 'twin', eventType: 'lab:signal' } })));
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code).sort()).toEqual([...Array.from({ length: 4 }, () => 'BAD_USER_INPUT'), undefined]);
});

test('a signed event and a signed list are stored as events of the source, in the order in which they were sent', async () => {
  const one = await post(BODY);
  expect(one).toMatchObject({ status: 202, accepted: 1, duplicates: 0, events: [expect.stringMatching(/^evt_/)] });
  const list = await post(JSON.stringify([{ id: 's-2' }, { id: 's-3' }]));
  expect(list).toMatchObject({ status: 202, accepted: 2, duplicates: 0 });
  const { events } = await app.admin.ask<{ events: { nodes: { id: string }[] } }>(EVENTS);
  expect(events.nodes.at(-1)).toEqual({ id: one.events?.[0], source: 'hook:siem', payload: JSON.parse(BODY), dedupeKey: 's-1', type: { id: 'lab:signal' } });
  expect(new Set(events.nodes.map(({ id }) => id))).toEqual(new Set([...(one.events ?? []), ...(list.events ?? [])]));
  const { eventSources } = await app.admin.ask<{ eventSources: { lastReceivedAt: string }[] }>('{ eventSources { lastReceivedAt } }');
  expect(Date.now() - Date.parse(eventSources[0]?.lastReceivedAt ?? '')).toBeLessThan(MINUTE_MS);
});

test('an event that comes again is a duplicate: by its own id, and without one by the message\'s id when the message is sent again with a fresh timestamp', async () => {
  const first = await post(BODY);
  expect(await post(JSON.stringify([JSON.parse(BODY), { id: 's-2' }, { id: 's-2' }]))).toMatchObject({ status: 202, accepted: 1, duplicates: 2, events: [first.events?.[0], expect.any(String), expect.any(String)] });
  const nameless = JSON.stringify([{ user: 'ada@contoso.example' }, { user: 'ada@contoso.example' }]);
  const sent = await post(nameless, { id: 'msg-7', at: Date.now() - MINUTE_MS });
  expect(sent).toMatchObject({ status: 202, accepted: 2, duplicates: 0 });
  expect(await post(nameless, { id: 'msg-7' })).toEqual({ status: 202, accepted: 0, duplicates: 2, events: sent.events });
  expect(await post(nameless, { id: 'msg-8' })).toMatchObject({ accepted: 2, duplicates: 0 });
});

test('the signature may be one of several, and of several versions', async () => {
  const headers = sign(source.secret, BODY);
  const signature = `v1a,AAAA v1,${'A'.repeat(43)}= ${headers['webhook-signature']}`;
  expect(await postHook(app, 'siem', BODY, { ...headers, 'webhook-signature': signature })).toMatchObject({ status: 202 });
});

test('what is wrong with each event is told with its place', async () => {
  const answer = await post('[{"id":"s-1"},7,{"a":{"prototype":1}}]');
  expect(answer.error?.problems.map(({ path }) => path)).toEqual([[1, 'payload'], [2, 'payload']]);
});

test('a body that was changed on its way is refused', async () => {
  await expectRefused(await postHook(app, 'siem', BODY.replace('high', 'low'), sign(source.secret, BODY)), 'SIGNATURE_INVALID');
  expect(await stored()).toEqual({ events: 0, deliveries: 0 });
});

test('another source\'s secret does not sign for this one, and a message for one source is none for another', async () => {
  const other = await createSource(app, 'edr');
  await expectRefused(await postHook(app, 'siem', BODY, sign(other.secret, BODY)), 'SIGNATURE_INVALID');
  expect(await postHook(app, 'edr', BODY, sign(source.secret, BODY))).toMatchObject({ status: 401 });
  expect(await stored()).toEqual({ events: 0, deliveries: 0 });
});

test('the very same request is accepted once: later, however its signature is spelled, and at the same instant', async () => {
  const headers = sign(source.secret, BODY);
  expect((await postHook(app, 'siem', BODY, headers)).status).toBe(202);
  expect((await postHook(app, 'siem', BODY, headers)).error?.code).toBe('REPLAYED');
  expect((await postHook(app, 'siem', BODY, { ...headers, 'webhook-signature': `${headers['webhook-signature']} v1,AAAA` })).status).toBe(409);
  const [second, signed] = [JSON.stringify({ id: 's-2' }), sign(source.secret, JSON.stringify({ id: 's-2' }))];
  const answers = await Promise.all(Array.from({ length: 6 }, () => postHook(app, 'siem', second, signed)));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
  expect(await stored()).toEqual({ events: 2, deliveries: 2 });
  await until(() => refusalsOf(app), (refusals) => refusals[0]?.count === 7);
});

test('a message\'s id that is used again for another event is refused, and what came with it is not stored either', async () => {
  await post(JSON.stringify({ user: 'ada@contoso.example' }), { id: 'msg-7' });
  const again = await post(JSON.stringify([{ user: 'grace@contoso.example' }, { id: 's-9' }]), { id: 'msg-7' });
  await expectRefused(again, 'KEY_REUSED');
  expect(again.error?.problems[0]?.path).toEqual([0, 'dedupeKey']);
  expect(await stored()).toEqual({ events: 1, deliveries: 1 });
});

test('a source that is switched off accepts nothing until it is switched on; a deleted one is unknown, and its name is free', async () => {
  await app.admin.ask(UPDATE, { input: { id: source.id, active: false } });
  await expectRefused(await post(BODY), 'SOURCE_INACTIVE');
  expect((await postHook(app, 'siem', BODY, sign(`${source.secret.slice(0, 6)}AAAA${source.secret.slice(10)}`, BODY))).error?.code).toBe('SIGNATURE_INVALID');
  await app.admin.ask(UPDATE, { input: { id: source.id, active: true } });
  expect((await post(BODY)).status).toBe(202);
  await app.admin.ask(DELETE, { input: { id: source.id } });
  expect((await post(BODY)).error?.code).toBe('UNKNOWN_SOURCE');
  expect(await stored()).toEqual({ events: 1, deliveries: 1 });
  expect((await app.admin.refusal(UPDATE, { input: { id: source.id, active: true } })).extensions.code).toBe('NOT_FOUND');
  const next = await createSource(app, 'siem');
  expect((await postHook(app, 'siem', BODY, sign(source.secret, BODY))).status).toBe(401);
  expect(await postHook(app, 'siem', BODY, sign(next.secret, BODY))).toMatchObject({ status: 202, duplicates: 1 });
});
