import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTrigger, ingest } from '../support/triggers.js';

const TEST = 'query ($input: TestEventInput!) { testEvent(input: $input) { trigger { id } fires failedCondition { field matcher values } seen reason targets { kind id displayName protected } } }';
const BACKTEST = 'query ($input: BacktestTriggerInput!) { backtestTrigger(input: $input) { from to events matched fired withoutTarget heldByCooldown isComplete perDay { day events matched fired } targets { id fired } } }';

interface Trial {
  readonly trigger: { readonly id: string };
  readonly fires: boolean;
  readonly failedCondition: object | null;
  readonly seen: string | null;
  readonly reason: string | null;
  readonly targets: readonly { id: string }[];
}

interface Backtest {
  readonly events: number;
  readonly matched: number;
  readonly fired: number;
  readonly withoutTarget: number;
  readonly heldByCooldown: number;
  readonly isComplete: boolean;
  readonly perDay: readonly { day: string; events: number; matched: number; fired: number }[];
  readonly targets: readonly object[];
}

let app: TestApp;

beforeEach(async () => {
  app = await startTestApp({ runsEngine: false });
});

afterEach(() => app[Symbol.asyncDispose]());

const tryEvent = async (input: object) => (await app.admin.ask<{ testEvent: Trial[] }>(TEST, { input })).testEvent;
const backtest = async (input: object) => (await app.admin.ask<{ backtestTrigger: Backtest }>(BACKTEST, { input })).backtestTrigger;
const pathsOf = async (query: string, input: object) => (await app.admin.refusal(query, { input })).extensions.problems?.map(({ path }) => path.join('.'));

/** What could have been stored or started. */
async function traces(): Promise<object[]> {
  return (await app.database.query('select (select count(*)::int from event) as events, (select count(*)::int from trigger) as triggers, (select count(*)::int from trigger_firing) as firings, (select count(*)::int from run) as runs, (select count(*)::int from graphile_worker._private_jobs) as jobs')).rows;
}

test('an event that is made up shows which triggers it would fire, at whom, and for the others the first condition that fails with the value seen', async () => {
  const high = await createTrigger(app, { conditions: [{ field: 'score', matcher: 'GREATER_THAN', values: ['5'] }, { field: 'level', matcher: 'IS', values: ['high'] }, { field: 'tags', matcher: 'EXISTS' }] });
  const all = await createTrigger(app);
  await createTrigger(app, { active: false });
  await createTrigger(app, { eventType: 'identity:alert' });
  const before = await traces();
  const trials = await tryEvent({ type: 'lab:signal', payload: { users: ['ada@contoso.example', 'Grace@contoso.example'], level: 'low', score: 9 } });
  expect(trials).toEqual([
    { trigger: { id: all.id }, fires: true, failedCondition: null, seen: null, reason: null, targets: ['ada@contoso.example', 'Grace@contoso.example'].map((id) => ({ kind: 'USER', id, displayName: id, protected: false })) },
    { trigger: { id: high.id }, fires: false, failedCondition: { field: 'level', matcher: 'IS', values: ['high'] }, seen: '"low"', reason: expect.stringContaining('level'), targets: expect.any(Array) },
  ]);
  expect(await traces()).toEqual(before);
});

test('the sample of the type is tried when no payload is given, and a stored event by its id', async () => {
  await createTrigger(app, { conditions: [{ field: 'place.city', matcher: 'IS', values: ['lima'] }] });
  expect(await tryEvent({ type: 'lab:signal' })).toMatchObject([{ fires: true, targets: [{ id: 'ada@contoso.example' }] }]);
  const [eventId] = await ingest(app, [{ id: 's-1', user: 'grace@contoso.example', place: { city: 'Quito' } }]);
  expect(await tryEvent({ eventId })).toMatchObject([{ fires: false, seen: '"Quito"' }]);
  expect(await tryEvent({ eventId, type: null, payload: null })).toMatchObject([{ fires: false, seen: '"Quito"' }]);
  expect(await tryEvent({ type: 'lab:signal', eventId: null, payload: null, occurredAt: null, source: null })).toMatchObject([{ fires: true }]);
});

test('why an expression or a target of its own keeps a trigger from acting is told in words', async () => {
  const ids = await Promise.all([{ expression: 'event.score > 5.0' }, { expression: 'event.level' }, { expression: 'source == "hook:siem" && occurredAt < timestamp("2026-01-01T00:00:00Z")' }, { target: 'event.place.city' }].map(async (input) => (await createTrigger(app, input)).id));
  const reasons = async (input: object) => {
    const trials = await tryEvent({ type: 'lab:signal', ...input });
    return ids.map((id) => trials.find(({ trigger }) => trigger.id === id)).map((trial) => [trial?.fires, trial?.reason]);
  };
  expect(await reasons({ payload: { score: 3, level: 'high' } })).toEqual([
    [false, 'The expression does not hold.'],
    [false, 'The expression gives neither true nor false.'],
    [false, 'The expression does not hold.'],
    [true, expect.stringContaining('The target could not be told')],
  ]);
  expect(await reasons({ payload: { place: { city: 'lima' } }, source: 'hook:siem', occurredAt: '2025-12-31T23:59:59Z' })).toEqual([[false, expect.stringContaining('could not be decided')], [false, expect.stringContaining('could not be decided')], [true, expect.any(String)], [true, null]]);
});

test('a trial needs an event: one that there is, of a type that there is, with a payload that could be stored', async () => {
  expect(await pathsOf(TEST, {})).toEqual(['input.type']);
  expect(await pathsOf(TEST, { type: 'lab:nope' })).toEqual(['input.type']);
  expect(await pathsOf(TEST, { eventId: 'nonsense' })).toEqual(['input.eventId']);
  expect(await pathsOf(TEST, { type: 'lab:signal', payload: { text: 'a\0b' } })).toEqual(['input.payload']);
  expect((await app.admin.refusal(TEST, { input: { eventId: 'evt_01h455vb4pex5vsknk084sn02q' } })).extensions.code).toBe('NOT_FOUND');
  await createTrigger(app);
  expect(await (await app.clientWith('VIEWER')).ask(TEST, { input: { type: 'lab:signal' } })).toMatchObject({ testEvent: [{ fires: true }] });
});

const TEST_TRIGGER = 'query ($input: TestTriggerInput!) { testTrigger(input: $input) { fires failedCondition { field matcher values } seen reason targets { id } } }';
const tryTrigger = async (input: object) => (await app.admin.ask<{ testTrigger: Omit<Trial, 'trigger'> }>(TEST_TRIGGER, { input })).testTrigger;

test('rules that nobody has saved are held against the sample of their type, a payload or a stored event, and leave no trace', async () => {
  const [eventId] = await ingest(app, [{ user: 'grace@contoso.example', level: 'low' }]);
  const before = await traces();
  const rules = { eventType: 'lab:signal', conditions: [{ field: 'level', matcher: 'IS', values: ['high'] }] };
  expect(await tryTrigger(rules)).toEqual({ fires: true, failedCondition: null, seen: null, reason: null, targets: [{ id: 'ada@contoso.example' }] });
  expect(await tryTrigger({ ...rules, event: { eventId } })).toMatchObject({ fires: false, failedCondition: { field: 'level', matcher: 'IS', values: ['high'] }, seen: '"low"', reason: expect.stringContaining('level') });
  expect(await tryTrigger({ ...rules, expression: 'source == "hook:siem"', event: { payload: { level: 'high' }, source: 'hook:siem' } })).toMatchObject({ fires: true, targets: [], reason: expect.any(String) });
  expect(await traces()).toEqual(before);
});

test('a saved trigger is tried although it is not active, with what is given beside it in place of what was saved', async () => {
  const { id: triggerId } = await createTrigger(app, { active: false, expression: 'event.level == "low"', target: '"somebody"' });
  expect(await tryTrigger({ triggerId })).toMatchObject({ fires: false, reason: 'The expression does not hold.' });
  expect(await tryTrigger({ triggerId, event: { payload: { level: 'low' } } })).toMatchObject({ fires: true, targets: [{ id: 'somebody' }] });
  expect(await tryTrigger({ triggerId, expression: null, target: null })).toMatchObject({ fires: true, targets: [{ id: 'ada@contoso.example' }] });
});

test('bad rules and an event of another type are refused with their paths', async () => {
  const [eventId] = await ingest(app, [{ user: 'ada@contoso.example' }]);
  expect(await pathsOf(TEST_TRIGGER, {})).toEqual(['input.eventType']);
  expect(await pathsOf(TEST_TRIGGER, { eventType: 'lab:signal', conditions: [{ field: 'levle', matcher: 'IS', values: ['x'] }], expression: 'event.', target: '1 + 1' })).toEqual(['input.conditions.0.field', 'input.expression', 'input.target']);
  expect(await pathsOf(TEST_TRIGGER, { eventType: 'lab:signal', event: { type: 'lab:notice' } })).toEqual(['input.event.type']);
  expect(await pathsOf(TEST_TRIGGER, { eventType: 'lab:notice', event: { eventId } })).toEqual(['input.event.eventId']);
  expect(await pathsOf(TEST_TRIGGER, { eventType: 'lab:signal', event: { payload: { text: 'a\0b' } } })).toEqual(['input.event.payload']);
  expect((await app.admin.refusal(TEST_TRIGGER, { input: { triggerId: 'trg_01h455vb4pex5vsknk084sn02q' } })).extensions.code).toBe('NOT_FOUND');
});

/** Events that were received on three days, hour by hour. */
async function receive(): Promise<void> {
  const ids = await ingest(app, [
    { id: 's-1', user: 'ada@contoso.example', level: 'high' },
    { id: 's-2', user: 'ADA@contoso.example', level: 'high' },
    { id: 's-3', user: 'grace@contoso.example', level: 'low' },
    { id: 's-4', level: 'high' },
    { id: 's-5', users: ['ada@contoso.example', 'grace@contoso.example'], level: 'high' },
  ]);
  const times = ['2026-03-01T10:00:00Z', '2026-03-01T10:30:00Z', '2026-03-01T23:59:59Z', '2026-03-03T00:00:00Z', '2026-03-03T12:00:00Z'];
  for (const [index, id] of ids.entries()) await app.database.query('update event set received_at = $2 where id = $1', [id, times[index]]);
}

const RANGE = { from: '2026-03-01T00:00:00Z', to: '2026-03-04T00:00:00Z' };
const HIGH = [{ field: 'level', matcher: 'IS', values: ['high'] }];

test('a backtest of rules that nobody has saved counts by day and target, without a target and held by the cooldown, and leaves no trace', async () => {
  await receive();
  const before = await traces();
  expect(await backtest({ eventType: 'lab:signal', conditions: HIGH, cooldown: 'PT1H', ...RANGE })).toEqual({
    from: '2026-03-01T00:00:00.000Z', to: '2026-03-04T00:00:00.000Z', events: 5, matched: 4, fired: 3, withoutTarget: 1, heldByCooldown: 1, isComplete: true,
    perDay: [{ day: '2026-03-01', events: 3, matched: 2, fired: 1 }, { day: '2026-03-02', events: 0, matched: 0, fired: 0 }, { day: '2026-03-03', events: 2, matched: 2, fired: 2 }],
    targets: [{ id: 'ada@contoso.example', fired: 2 }, { id: 'grace@contoso.example', fired: 1 }],
  });
  expect(await backtest({ eventType: 'lab:signal', ...RANGE, from: '2026-03-01T10:30:00Z', to: '2026-03-03T12:00:00Z' })).toMatchObject({ events: 3 });
  expect(await traces()).toEqual(before);
});

test('a backtest of a saved trigger takes what is given beside it in place of what was saved, and null for none', async () => {
  await receive();
  const { id: triggerId } = await createTrigger(app, { conditions: HIGH, cooldown: 'PT1H', target: '"somebody"', active: false });
  expect(await backtest({ triggerId, ...RANGE })).toMatchObject({ matched: 4, fired: 3, withoutTarget: 0, targets: [{ id: 'somebody', fired: 3 }] });
  expect(await backtest({ triggerId, target: null, cooldown: null, ...RANGE })).toMatchObject({ matched: 4, fired: 4, withoutTarget: 1 });
  expect(await backtest({ triggerId, conditions: [], expression: 'event.level == "low"', ...RANGE })).toMatchObject({ matched: 1 });
  expect(await backtest({ triggerId, conditions: null, eventType: null, expression: '', ...RANGE })).toMatchObject({ matched: 4 });
  expect(await backtest({ triggerId: null, eventType: 'lab:signal', from: null, to: null })).toMatchObject({ isComplete: true, events: 0 });
});

test('bad rules and bad ranges of a backtest are refused with their paths', async () => {
  const of = (more: object) => pathsOf(BACKTEST, { eventType: 'lab:signal', ...more });
  expect(await pathsOf(BACKTEST, {})).toEqual(['input.eventType']);
  expect(await of({ eventType: 'lab:nope' })).toEqual(['input.eventType']);
  expect(await pathsOf(BACKTEST, { triggerId: 'nonsense' })).toEqual(['input.triggerId']);
  expect(await of({ conditions: [...HIGH, { field: 'levle', matcher: 'IS', values: ['high'] }], expression: 'event.', target: '1 + 1' })).toEqual(['input.conditions.1.field', 'input.expression', 'input.target']);
  expect(await of({ timeZone: 'Europe/Nowhere' })).toEqual(['input.timeZone']);
  expect(await of({ cooldown: 'PT0.5S' })).toEqual(['input.cooldown']);
  expect(await of({ cooldown: 'P25D' })).toEqual(['input.cooldown']);
  expect(await of({ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' })).toEqual(['input.from']);
  expect(await of({ from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' })).toEqual(['input.from']);
  expect(await of({ from: '2020-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' })).toEqual(['input.from']);
  const { id } = await createTrigger(app);
  await app.admin.ask('mutation ($id: ID!) { deleteTrigger(input: { id: $id }) { trigger { id } } }', { id });
  expect((await app.admin.refusal(BACKTEST, { input: { triggerId: id } })).extensions.code).toBe('NOT_FOUND');
});
