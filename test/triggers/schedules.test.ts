import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Database } from '../../src/db/database.js';
import { triggerWakeups } from '../../src/engine/trigger-jobs.js';
import { createLogger } from '../../src/kernel/logger.js';
import { EventIntake } from '../../src/triggers/event-intake.js';
import { EventStore } from '../../src/triggers/event.store.js';
import { ScheduleClock } from '../../src/triggers/tick-schedules.js';
import { TriggerStore } from '../../src/triggers/trigger.store.js';
import { labRegistry, startTestApp, type TestApp } from '../support/test-app.js';
import { CREATE_TRIGGER, createTrigger, updateTrigger } from '../support/triggers.js';
import { until } from '../support/until.js';

let app: TestApp;
const opened: Database[] = [];

beforeEach(async () => {
  // Its own clock is not to tick in between.
  app = await startTestApp({ runsEngine: false });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await app[Symbol.asyncDispose]();
});

/** The clock of a process of its own. */
async function clock(): Promise<ScheduleClock> {
  const database = await Database.connect(new DataSource(dataSourceOptions(app.database.url, 4)), app.database.url);
  opened.push(database);
  const logger = createLogger('silent');
  return new ScheduleClock({ database, triggers: new TriggerStore(), intake: new EventIntake({ events: new EventStore(), registry: labRegistry(app.lab), wakeups: triggerWakeups }), logger });
}

const schedule = (cron: string, more: object = {}) => createTrigger(app, { eventType: 'schedule', schedule: cron, ...more });
const setDue = (at: string, id?: string) => app.database.query('update trigger set next_due_at = $1 where id = coalesce($2, id)', [at, id ?? null]);
const dueAts = async (id?: string) => (await app.database.query(`select payload->>'dueAt' as at from event where event_type = 'schedule' and payload->>'triggerId' = coalesce($1, payload->>'triggerId') order by id`, [id ?? null])).rows.map(({ at }) => at);
const nextDueAt = async () => ((await app.database.query('select next_due_at from trigger')).rows[0]?.['next_due_at'] as Date | null)?.toISOString();

test.each([
  ['0 3 * *', 'five fields'],
  ['0 0 3 * * *', 'five fields'],
  ['@daily', 'five fields'],
  ['61 * * * *', '61'],
  ['a b c d e', 'cannot be read'],
  ['0 0 30 2 *', 'cannot be read'],
  ['*/0 * * * *', 'cannot be read'],
  ['H 3 * * *', 'cannot be read'],
  ['0 3,h(0-5) * * *', 'cannot be read'],
])('the schedule %s is refused with its place and why', async (cron, why) => {
  const { extensions } = await app.admin.refusal(CREATE_TRIGGER, { input: { name: 'Nightly', eventType: 'schedule', schedule: cron } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'schedule'], message: expect.stringContaining(why) }] });
});

test('a schedule is due by the wall clock of its zone, in UTC without one, and names of days and months are understood', async () => {
  const dueIn = async (cron: string, timeZone?: string) => {
    const due = new Date((await schedule(cron, { timeZone })).nextDueAt ?? '');
    expect(due.getTime()).toBeGreaterThan(Date.now());
    return new Intl.DateTimeFormat('en-GB', { timeZone: timeZone ?? 'UTC', weekday: 'short', hour: '2-digit', minute: '2-digit', month: 'short' }).format(due);
  };
  expect(await dueIn('30 3 * * MON')).toMatch(/Mon.*03:30/);
  expect(await dueIn('30 3 * * MON', 'America/New_York')).toMatch(/Mon.*03:30/);
  expect(await dueIn('15 23 1 JAN *', 'Australia/Lord_Howe')).toMatch(/Jan.*23:15/);
});

test('a due time is fired once, however many processes look at the same instant, and the run acts on what the target says', async () => {
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const { id } = await schedule('0 3 * * *', { target: '"ada@contoso.example"', playbookIds: [playbook.id] });
  const bystander = await schedule('0 4 * * *', { name: 'Another', playbookIds: [playbook.id], target: '"grace@contoso.example"' });
  await setDue('2026-03-02T03:00:00Z', id);
  const clocks = await Promise.all(Array.from({ length: 4 }, clock));
  const now = new Date('2026-03-02T03:00:20Z');
  await Promise.all([...clocks, ...clocks].map((each) => each.tick(now)));
  expect(await dueAts()).toEqual(['2026-03-02T03:00:00.000Z']);
  await using worker = await startTestApp({ database: app.database });
  await until(() => worker.lab.calls.map(({ target }) => target), (targets) => targets.length > 0);
  const { triggers } = await app.admin.ask<{ triggers: { nodes: { id: string; nextDueAt: string; firings: { nodes: { outcome: string; target: object; event: { source: string } }[] } }[] } }>('{ triggers { nodes { id nextDueAt firings { nodes { outcome target { id } event { source } } } } } }');
  const [other, own] = triggers.nodes;
  expect(own).toEqual({ id, nextDueAt: '2026-03-03T03:00:00.000Z', firings: { nodes: [{ outcome: 'STARTED', target: { id: 'ada@contoso.example' }, event: { source: `schedule:${id}` } }] } });
  expect(other).toMatchObject({ id: bystander.id, firings: { nodes: [] } });
  expect(worker.lab.calls.map(({ target }) => target)).toEqual(['ada@contoso.example']);
});

test('more schedules than are looked at together are all fired', async () => {
  await schedule('0 3 * * *');
  await app.database.query(`insert into trigger select (jsonb_populate_record(t, jsonb_build_object('id', 'trg_' || lpad(n::text, 26, '0')))).* from trigger t, generate_series(1, 209) n`);
  await setDue('2026-03-02T03:00:00Z');
  const clocks = await Promise.all(Array.from({ length: 3 }, clock));
  await Promise.all(clocks.map((each) => each.tick(new Date('2026-03-02T03:00:20Z'))));
  const { rows } = await app.database.query(`select count(*)::int as events, count(distinct payload->>'triggerId')::int as triggers from event`);
  expect(rows).toEqual([{ events: 210, triggers: 210 }]);
});

test.each([
  ['SKIP', '2026-03-05T12:00:00Z', []],
  ['MAKE_UP', '2026-03-05T12:00:00Z', ['2026-03-05T03:00:00.000Z']],
  ['SKIP', '2026-03-05T03:04:00Z', ['2026-03-05T03:00:00.000Z']],
  ['MAKE_UP', '2026-03-02T03:00:01Z', ['2026-03-02T03:00:00.000Z']],
])('of times that were missed, %s at %s fires %j, and the next one comes as usual', async (missedSchedule, now, expected) => {
  await schedule('0 3 * * *', { missedSchedule });
  await setDue('2026-03-02T03:00:00Z');
  const own = await clock();
  await own.tick(new Date(now));
  await own.tick(new Date(now));
  expect(await dueAts()).toEqual(expected);
  expect(await nextDueAt()).toBe(now.startsWith('2026-03-02') ? '2026-03-03T03:00:00.000Z' : '2026-03-06T03:00:00.000Z');
});

test('a time that the change to summer time leaves out fires after the gap, and one that comes twice in autumn fires once', async () => {
  await schedule('30 2 * * *', { timeZone: 'Europe/Berlin' });
  const own = await clock();
  for (const at of ['2026-03-28T01:30:00Z', '2026-03-29T01:30:00Z', '2026-03-30T00:30:00Z']) {
    if (at.startsWith('2026-03-28')) await setDue(at);
    expect(await nextDueAt()).toBe(at.replace('Z', '.000Z'));
    await own.tick(new Date(at));
  }
  await setDue('2026-10-25T00:30:00Z');
  for (const at of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T01:31:00Z', '2026-10-26T01:30:00Z']) await own.tick(new Date(at));
  expect((await dueAts()).slice(3)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
});

test('an inactive and a deleted trigger never fire', async () => {
  const [inactive, deleted] = [await schedule('* * * * *', { active: false }), await schedule('* * * * *')];
  expect(inactive.nextDueAt).toBeNull();
  await app.admin.ask('mutation ($id: ID!) { deleteTrigger(input: { id: $id }) { trigger { nextDueAt } } }', { id: deleted.id });
  await setDue('2026-03-02T03:00:00Z');
  await (await clock()).tick();
  expect(await dueAts()).toEqual([]);
});

test('a change of something else does not lose a due time that has not been fired yet; another schedule, and switching it on, begin anew', async () => {
  const { id } = await schedule('0 3 * * *', { missedSchedule: 'MAKE_UP' });
  await setDue('2026-03-02T03:00:00Z');
  expect((await updateTrigger(app, { id, revision: 1, name: 'Renamed', schedule: '0 3 * * *' })).nextDueAt).toBe('2026-03-02T03:00:00.000Z');
  await (await clock()).tick(new Date('2026-03-02T12:00:00Z'));
  expect(await dueAts(id)).toEqual(['2026-03-02T03:00:00.000Z']);
  await setDue('2026-03-02T03:00:00Z');
  expect(Date.parse((await updateTrigger(app, { id, revision: 2, schedule: '0 4 * * *' })).nextDueAt ?? '')).toBeGreaterThan(Date.now());
  expect((await updateTrigger(app, { id, revision: 3, active: false })).nextDueAt).toBeNull();
  expect(Date.parse((await updateTrigger(app, { id, revision: 4, active: true })).nextDueAt ?? '')).toBeGreaterThan(Date.now());
});

test('nobody can send an event of a schedule', async () => {
  const { id } = await schedule('0 3 * * *');
  const event = { type: 'schedule', payload: { triggerId: id, dueAt: '2026-03-02T03:00:00.000Z' } };
  const { extensions } = await app.admin.refusal('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', { input: { events: [{ type: 'lab:signal', payload: {} }, event] } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'events', 1, 'type'] }] });
  expect((await app.database.query('select 1 from event')).rows).toEqual([]);
});
