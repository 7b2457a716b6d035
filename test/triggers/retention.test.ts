import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Database } from '../../src/db/database.js';
import { createLogger } from '../../src/kernel/logger.js';
import { EventRetention } from '../../src/triggers/event-retention.js';
import { EventStore } from '../../src/triggers/event.store.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';

const DAYS = 30;

let app: TestApp;
let database: Database;
let retention: EventRetention;

beforeEach(async () => {
  app = await startTestApp();
  database = await Database.connect(new DataSource(dataSourceOptions(app.database.url, 4)), app.database.url);
  retention = new EventRetention({ database, events: new EventStore(), retentionDays: DAYS, logger: createLogger('silent') });
});

afterEach(async () => {
  await database.close();
  await app[Symbol.asyncDispose]();
});

const ids = async (table: 'event' | 'trigger_firing') => (await app.database.query(`select id from ${table} order by id`)).rows.map(({ id }) => id);
const count = async () => (await app.database.query('select count(*)::int as events from event')).rows[0]?.['events'];
const receivedAgo = (id: string, age: string) => app.database.query(`update event set received_at = now() - $2::interval where id = $1`, [id, age]);

/** So many events that nobody waited for, received so long ago. */
async function past(events: number, age: string): Promise<void> {
  const [id = ''] = await ingest(app, [{ id: 's-0' }]);
  await receivedAgo(id, age);
  await app.database.query(`insert into event select (jsonb_populate_record(e, jsonb_build_object('id', 'evt_' || lpad(n::text, 26, '0'), 'dedupe_key', n::text))).* from event e, generate_series(1, $1::int) n where e.id = $2`, [events - 1, id]);
}

test('events that are older than they are kept are deleted with what they came to, and younger ones stay', async () => {
  await createTrigger(app);
  const [old = '', young = ''] = await ingest(app, [{ id: 's-1', user: 'ada@contoso.example' }, { id: 's-2', user: 'ada@contoso.example' }]);
  await until(() => ids('trigger_firing'), (firings) => firings.length === 2);
  await receivedAgo(old, '30 days 1 minute');
  await receivedAgo(young, '29 days 23 hours');
  expect(await retention.sweep()).toBe(1);
  expect(await ids('event')).toEqual([young]);
  expect(await ids('trigger_firing')).toHaveLength(1);
});

test('an event that started a run stays with it, and its firing too, however old it is by now', async () => {
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  await createTrigger(app, { playbookIds: [playbook.id] });
  const [acted = '', idle = ''] = await ingest(app, [{ id: 's-1', user: 'ada@contoso.example' }, { id: 's-2' }]);
  await until(() => ids('trigger_firing'), (firings) => firings.length === 2);
  for (const id of [acted, idle]) await receivedAgo(id, '60 days');
  expect(await retention.sweep()).toBe(1);
  expect(await ids('event')).toEqual([acted]);
  const { runs } = await app.admin.ask<{ runs: { nodes: object[] } }>('{ runs { nodes { startedBy { ... on TriggerActor { event { id firings { outcome } } } } } } }');
  expect(runs.nodes).toEqual([{ startedBy: { event: { id: acted, firings: [{ outcome: 'STARTED' }] } } }]);
});

test('many old events are deleted in small batches, and no more of them at once than its share of a minute', async () => {
  await past(20_100, '31 days');
  expect(await retention.sweep()).toBe(20_000);
  expect(await count()).toBe(100);
  expect(await retention.sweep()).toBe(100);
  expect(await retention.sweep()).toBe(0);
});

test('processes that sweep at the same instant share the work, and what one of them holds the others leave', async () => {
  await past(2_000, '31 days');
  const deleted = await Promise.all(Array.from({ length: 3 }, () => retention.sweep()));
  const left = Number(await count());
  expect(deleted.reduce((sum, part) => sum + part, 0)).toBe(2_000 - left);
  await retention.sweep();
  expect(await count()).toBe(0);
});
