import { ActionError, type EventPayload } from '@countermeasure/sdk';
import { feedOf, lookNow, switchFeed, type Feed } from '../support/feeds.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const SWITCH = 'mutation ($input: SwitchEventFeedInput!) { switchEventFeed(input: $input) { feed { id } } }';

let app: TestApp;
let connectionId: string;
/** What the provider was asked for, look by look and page by page. */
let asked: { since: Date; page: string | undefined }[];

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
  asked = [];
});

afterEach(() => app[Symbol.asyncDispose]());

const turn = (active: boolean, eventType = 'lab:signal') => switchFeed(app, { connectionId, eventType, active });

/** Has the provider answer page by page; what is thrown is what it answers, too. */
function answer(pages: (page: string | undefined) => { events: EventPayload[]; nextPage?: string } | Promise<{ events: EventPayload[]; nextPage?: string }>): void {
  app.lab.readFeed = async ({ since, page }) => {
    asked.push({ since, page });
    return pages(page);
  };
}

const payloads = async () => (await app.database.query('select payload from event order by id')).rows.map(({ payload }) => payload);
const runs = async () => (await app.admin.ask<{ runs: { totalCount: number } }>('{ runs { totalCount } }')).runs.totalCount;
const waitingLooks = async () => (await app.database.query(`select 1 from graphile_worker._private_jobs where key like 'feed:%'`)).rows.length;
const required = async () =>
  (await app.admin.ask<{ connections: { consent: { required: { name: string }[] } }[] }>('{ connections { consent { required { name } } } }')).connections[0]?.consent.required.map(({ name }) => name);

async function startWhatComes(): Promise<void> {
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'A trigger', eventType: 'lab:signal', playbookIds: [playbook.id] } });
}

test('only an administrator switches a feed, only of a type that the connection brings, and only of a connection that there is', async () => {
  const input = { connectionId, eventType: 'lab:signal', active: true };
  for (const role of ['VIEWER', 'RESPONDER', 'AUTHOR'] as const) expect((await (await app.clientWith(role)).refusal(SWITCH, { input })).extensions.code).toBe('FORBIDDEN');
  for (const eventType of ['identity:alert', 'schedule', 'lab:nope']) {
    expect((await app.admin.refusal(SWITCH, { input: { ...input, eventType } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'eventType'], message: expect.stringContaining('lab:signal') }] });
  }
  expect((await app.admin.refusal(SWITCH, { input: { ...input, connectionId: 'nonsense' } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'connectionId'] }] });
  await app.admin.ask('mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id } } }', { id: connectionId });
  expect((await app.admin.refusal(SWITCH, { input })).extensions.code).toBe('NOT_FOUND');
});

test('a connection tells what it can bring, and what it brings; its consent asks for what the feeds that are on need', async () => {
  const { connections } = await app.admin.ask<{ connections: object[] }>('{ connections { feedTypes { id } feeds { id } } }');
  expect(connections).toEqual([{ feedTypes: [{ id: 'lab:signal' }, { id: 'lab:notice' }], feeds: [] }]);
  expect(await required()).toEqual([]);
  const { id } = await turn(true);
  expect(await required()).toEqual(['Lab.Listen']);
  const after = await app.admin.ask<{ connections: object[] }>('{ connections { feeds { id active eventType { id } connection { id } } } }');
  expect(after.connections).toEqual([{ feeds: [{ id, active: true, eventType: { id: 'lab:signal' }, connection: { id: connectionId } }] }]);
  await turn(false);
  expect(await required()).toEqual([]);
});

test('of many who switch a feed on at the same instant, all are answered with the one feed', async () => {
  const feeds = await Promise.all(Array.from({ length: 6 }, () => turn(true)));
  expect(new Set(feeds.map(({ id }) => id)).size).toBe(1);
});

test('a feed that is switched on reads page by page from that moment on, and what it brings starts playbooks', async () => {
  await startWhatComes();
  answer((page) => (page === undefined ? { events: [{ id: 's-1', user: 'ada@contoso.example' }], nextPage: 'p2' } : { events: [{ id: 's-2', user: 'grace@contoso.example' }] }));
  const before = Date.now();
  const { id } = await turn(true);
  await until(runs, (count) => count === 2);
  expect(asked.slice(0, 2).map(({ page }) => page)).toEqual([undefined, 'p2']);
  expect(asked.every(({ since }) => since.getTime() >= before)).toBe(true);
  const { events } = await app.admin.ask<{ events: { nodes: object[] } }>('{ events { nodes { source } } }');
  expect(events.nodes).toEqual([{ source: `feed:${connectionId}` }, { source: `feed:${connectionId}` }]);
  expect(await feedOf(app, id)).toMatchObject({ active: true, problem: null, failures: 0, lastLookAt: expect.any(String) });
});

test('what the overlap of looks brings again fires once, and the overlap never reaches behind the moment of switching on', async () => {
  await startWhatComes();
  answer(() => ({ events: [{ id: 's-1', user: 'ada@contoso.example' }] }));
  const { id } = await turn(true);
  await until(() => asked.length, (count) => count >= 3);
  expect(new Set(asked.map(({ since }) => since.getTime())).size).toBe(1);
  expect(await runs()).toBe(1);
  app.lab.feedOverlapMs = 100;
  const { readUntil } = await feedOf(app, id);
  await until(() => asked.at(-1)?.since.getTime() ?? 0, (since) => since >= Date.parse(readUntil) - 100);
});

test('a look that fails in the middle goes on at its page when the provider says that it may be tried again, no earlier than it asks, and the problem is shown until it is over', async () => {
  let isDown = true;
  answer((page) => {
    if (page === undefined) return { events: [{ id: 's-1' }], nextPage: 'p2' };
    if (isDown) throw new ActionError('THROTTLED', 'Too many questions.', { retryable: true, retryAfterMs: 120_000, remedy: 'Wait.' });
    return { events: [{ id: 's-2' }] };
  });
  const before = Date.now();
  const { id } = await turn(true);
  const failed = await until(() => feedOf(app, id), ({ failures }) => failures === 1);
  expect(failed.problem).toEqual({ code: 'THROTTLED', message: 'Too many questions.', remedy: 'Wait.' });
  expect(Date.parse(failed.nextLookAt)).toBeGreaterThanOrEqual(before + 120_000);
  isDown = false;
  await lookNow(app);
  expect(await until(() => feedOf(app, id), ({ problem }) => problem === null)).toMatchObject({ failures: 0 });
  expect(asked.slice(0, 3).map(({ page }) => page)).toEqual([undefined, 'p2', 'p2']);
  expect((await payloads()).slice(0, 2)).toEqual([{ id: 's-1' }, { id: 's-2' }]);
  expect(Date.parse((await feedOf(app, id)).readUntil)).toBeLessThan(Date.parse(failed.lastLookAt ?? ''));
});

test('a look that fails for good begins anew, later and later, and a fault of the plugin tells nothing but where to look', async () => {
  let failure: Error = new ActionError('CURSOR_GONE', 'The page is gone.');
  answer((page) => {
    if (page === undefined) return { events: [{ id: 's-1' }], nextPage: 'p2' };
    throw failure;
  });
  const { id } = await turn(true);
  const first = await until(() => feedOf(app, id), ({ failures }) => failures === 1);
  expect(first.problem).toEqual({ code: 'CURSOR_GONE', message: 'The page is gone.', remedy: null });
  expect(Date.parse(first.nextLookAt) - Date.parse(first.lastLookAt ?? '')).toBeGreaterThan(25_000);
  failure = new Error('canary-internal-detail');
  await lookNow(app);
  const second = await until(() => feedOf(app, id), ({ problem }) => problem?.code === 'INTERNAL_ERROR');
  expect(JSON.stringify(second)).not.toContain('canary');
  expect(asked.map(({ page }) => page)).toEqual([undefined, 'p2', undefined, 'p2']);
  expect(await payloads()).toEqual([{ id: 's-1' }]);
});

test('an event that cannot be stored does not keep the others out', async () => {
  const events = [{ id: 's-1' }, JSON.parse('{"id":"s-2","__proto__":{}}') as EventPayload, { id: 's-3', text: 'half \ud800' }, { id: 's-4' }];
  answer(() => ({ events }));
  await turn(true);
  expect(await until(payloads, (found) => found.length >= 2)).toEqual([{ id: 's-1' }, { id: 's-4' }]);
});

test('a feed that is switched off is no longer asked, and switched on again it reads from that moment on', async () => {
  const { id } = await turn(true);
  answer(() => ({ events: [] }));
  await until(() => asked.length, (count) => count > 0);
  expect(await turn(false)).toMatchObject({ id, active: false });
  await until(waitingLooks, (count) => count === 0);
  const before = Date.now();
  const count = asked.length;
  await turn(true);
  await until(() => asked.length, (now) => now > count);
  expect(asked.at(-1)?.since.getTime()).toBeGreaterThanOrEqual(before);
});

test('what a look finds whose feed was switched off in the meantime is not stored, nor is its page kept for when it is switched on again', async () => {
  const gate = Promise.withResolvers<void>();
  answer(async () => {
    await gate.promise;
    return { events: [{ id: 's-old' }], nextPage: 'old' };
  });
  const { id } = await turn(true);
  await until(() => asked.length, (count) => count === 1);
  await turn(false);
  const again: Feed = await turn(true);
  answer(() => ({ events: [{ id: 's-new' }] }));
  await until(() => asked.length, (count) => count >= 2);
  gate.resolve();
  await until(() => asked.length, (count) => count >= 4);
  expect(asked.map(({ page }) => page).every((page) => page === undefined)).toBe(true);
  expect(await payloads()).toEqual([{ id: 's-new' }]);
  expect(Date.parse((await feedOf(app, id)).readUntil)).toBeGreaterThan(Date.parse(again.readUntil));
});

test('the feed of a connection that was deleted brings nothing any more', async () => {
  answer(() => ({ events: [{ id: 's-1' }] }));
  const { id } = await turn(true);
  await until(payloads, (found) => found.length === 1);
  await app.admin.ask('mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id } } }', { id: connectionId });
  await until(() => feedOf(app, id), ({ active }) => !active);
  await until(waitingLooks, (count) => count === 0);
});
