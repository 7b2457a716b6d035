import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { paceSettingsOf, type PaceSettings } from '../../src/connections/pace-settings.js';
import { PaceStore } from '../../src/connections/pace.store.js';
import { Database } from '../../src/db/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';

const AS_FAST_AS_IT_GOES: PaceSettings = { turns: 5, keptTurns: 1, startsPerSecond: 1_000, burst: 1_000 };
const NO_OVERRIDES = { concurrency: undefined, startsPerSecond: undefined };

let app: TestApp;
let database: Database;
let connectionId: string;
const store = new PaceStore();

beforeEach(async () => {
  app = await startTestApp({ paceOverrides: { concurrency: 2 } });
  connectionId = await app.admin.connect();
  database = await Database.connect(new DataSource(dataSourceOptions(app.database.url, 4)), app.database.url);
});

afterEach(async () => {
  await database.close();
  await app[Symbol.asyncDispose]();
});

interface Asked {
  readonly priority?: number;
  readonly leaseMs?: number;
  readonly finishedStepIds?: readonly string[];
  readonly settings?: PaceSettings;
}

const requestOf = (stepId: string, { priority = 0, leaseMs = 60_000, finishedStepIds = [] }: Asked) => ({ connectionId, stepId, leaseMs, finishedStepIds, priority });

/** The number of the turn that a step got. */
async function take(stepId: string, asked: Asked = {}): Promise<number | undefined> {
  const taken = await store.takeTurn(database.reader, requestOf(stepId, asked), asked.settings ?? AS_FAST_AS_IT_GOES);
  return taken?.number;
}

test('a batch never holds all turns: single runs have one in five to themselves', async () => {
  await store.addTurns(database.reader, connectionId, 5);
  const batch = [];
  for (let step = 0; step < 5; step += 1) batch.push((await take(`batch-${step}`, { priority: 10 })) !== undefined);
  expect(batch).toEqual([true, true, true, true, false]);
  expect(await take('single-1')).toBeDefined();
  expect(await take('single-2')).toBeUndefined();
});

test('a turn is free again when its holder is done, is done in this very transaction, or is not heard of any more', async () => {
  const settings = { ...AS_FAST_AS_IT_GOES, turns: 1, keptTurns: 0 };
  await store.addTurns(database.reader, connectionId, 1);
  expect(await take('one', { settings, leaseMs: 0 })).toBe(1);
  await comesAbout(async () => (await take('two', { settings })) === 1, 'the lease is over');
  expect(await take('three', { settings })).toBeUndefined();
  expect(await take('three', { settings, finishedStepIds: ['two'] })).toBe(1);
  expect(await take('four', { settings })).toBeUndefined();
});

test('a claim that is not committed has taken nothing, and nobody waits for it meanwhile', async () => {
  await store.addTurns(database.reader, connectionId, 5);
  const refused = database.transact(async (tx) => {
    for (let step = 0; step < 4; step += 1) await store.takeTurn(tx, requestOf(`open-${step}`, {}), AS_FAST_AS_IT_GOES);
    expect(await take('other')).toBeDefined();
    expect(await take('late')).toBeUndefined();
    throw new Error('rolled back');
  });
  await expect(refused).rejects.toThrow('rolled back');
  expect(await take('late')).toBeDefined();
});

test('a burst is spent at once, and then starts come at the rate', async () => {
  const settings = { turns: 4, keptTurns: 0, startsPerSecond: 10, burst: 8 };
  await store.addTurns(database.reader, connectionId, 4);
  const finishedStepIds: string[] = [];
  let starts = 0;
  while ((await take(`step-${starts}`, { settings, finishedStepIds })) !== undefined) {
    finishedStepIds.push(`step-${starts}`);
    starts += 1;
  }
  const { waitMs } = await store.whyNoTurn(database.reader, requestOf('late', {}), settings);
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThan(600);
  expect(starts).toBeGreaterThanOrEqual(8);
  expect(starts).toBeLessThan(20);
});

test('what the operator sets comes before what the plugin says, and that before the service\'s own', () => {
  expect(paceSettingsOf(undefined, NO_OVERRIDES)).toEqual({ turns: 32, keptTurns: 6, startsPerSecond: 50, burst: 500 });
  expect(paceSettingsOf({ concurrency: 20, startsPerSecond: 12, burst: 1_000 }, NO_OVERRIDES)).toEqual({ turns: 20, keptTurns: 4, startsPerSecond: 12, burst: 1_000 });
  expect(paceSettingsOf({ concurrency: 20, startsPerSecond: 12, burst: 1_000 }, { concurrency: 3, startsPerSecond: undefined })).toEqual({ turns: 3, keptTurns: 0, startsPerSecond: 12, burst: 1_000 });
  expect(paceSettingsOf({ concurrency: 20 }, { concurrency: undefined, startsPerSecond: 4 })).toEqual({ turns: 4, keptTurns: 0, startsPerSecond: 4, burst: 4 });
});

test('however many runs wait for one tenant, they hold no worker: another tenant\'s run goes on at once', async () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  app.lab.behaviours.set('alpha', () => opened);
  const crowded = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const runIds = await Promise.all(Array.from({ length: 60 }, (_run, index) => app.admin.run(crowded.id, { target: { kind: 'USER', id: `user-${index}` } })));
  await comesAbout(async () => Number((await app.database.query('select count(*) from run_step where queue_priority is not null')).rows[0]?.['count']) === 58, 'all others wait');
  expect(app.lab.callsOf('alpha')).toBe(2);
  const elsewhere = await app.admin.createPlaybook([{ action: 'lab:beta', connectionId: await app.admin.connect() }]);
  expect((await app.admin.follow(await app.admin.run(elsewhere.id))).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.callsOf('alpha')).toBe(2);

  open();
  for (const runId of runIds) expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.callsOf('alpha')).toBe(60);
});

test('steps of one run that may start together share the turns, and the run goes on as they become free', async () => {
  const playbook = await app.admin.createPlaybook([1, 2, 3, 4, 5].map((number) => ({ key: `step-${number}`, action: 'lab:alpha', connectionId, after: [] })));
  expect((await app.admin.follow(await app.admin.run(playbook.id))).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.callsOf('alpha')).toBe(5);
});
