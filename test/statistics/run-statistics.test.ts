import { DateTime } from 'luxon';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';
import { storeRuns } from './stored-runs.js';

const COUNTS = 'started unfinished succeeded failed denied canceled';
const QUERY = `query ($days: Int! = 14, $timeZone: String! = "UTC") {
  runStatistics(days: $days, timeZone: $timeZone) { from to runs { ${COUNTS} } perDay { day ${COUNTS} } timeToContain { runs medianSeconds percentile90Seconds histogram { fromSeconds toSeconds runs } } }
}`;

interface Counts {
  readonly started: number;
  readonly unfinished: number;
  readonly succeeded: number;
  readonly failed: number;
}

interface Statistics {
  readonly from: string;
  readonly to: string;
  readonly runs: Counts;
  readonly perDay: readonly (Counts & { day: string })[];
  readonly timeToContain: { runs: number; medianSeconds: number | null; percentile90Seconds: number | null; histogram: { fromSeconds: number; toSeconds: number | null; runs: number }[] };
}

const NONE = { started: 0, unfinished: 0, succeeded: 0, failed: 0, denied: 0, canceled: 0 };

let app: TestApp;
let connectionId: string;
let playbookId: string;

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
  ({ id: playbookId } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]));
});

afterEach(() => app[Symbol.asyncDispose]());

const read = async (variables: object = {}, client: TestClient = app.admin): Promise<Statistics> => (await client.ask<{ runStatistics: Statistics }>(QUERY, variables)).runStatistics;
const seconds = (at: Date, count: number): Date => new Date(at.getTime() + count * 1_000);
const hoursAgo = (count: number): Date => new Date(Date.now() - count * 3_600_000);
const filled = ({ timeToContain }: Statistics) => timeToContain.histogram.filter(({ runs }) => runs > 0).map(({ fromSeconds, toSeconds, runs }) => [fromSeconds, toSeconds, runs]);

test('without runs every day is there and empty, and nothing is said of times', async () => {
  const found = await read();
  expect(found.runs).toEqual(NONE);
  const today = DateTime.utc().startOf('day');
  expect(found.perDay).toEqual(Array.from({ length: 14 }, (_day, index) => ({ day: today.minus({ days: 13 - index }).toFormat('yyyy-MM-dd'), ...NONE })));
  expect(found.from).toBe(today.minus({ days: 13 }).toISO());
  expect(found.timeToContain).toMatchObject({ runs: 0, medianSeconds: null, percentile90Seconds: null });
  expect(found.timeToContain.histogram.map(({ fromSeconds, toSeconds, runs }) => [fromSeconds, toSeconds, runs])).toEqual([
    [0, 10, 0], [10, 30, 0], [30, 60, 0], [60, 120, 0], [120, 300, 0], [300, 900, 0], [900, 3_600, 0], [3_600, 14_400, 0], [14_400, 86_400, 0], [86_400, null, 0],
  ]);
});

test('runs are counted by what has become of them; dry runs and runs before the first day are not', async () => {
  const at = hoursAgo(0);
  const statuses = ['QUEUED', 'RUNNING', 'WAITING_FOR_APPROVAL', 'NEEDS_REVIEW', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED'] as const;
  await storeRuns(app.database, playbookId, [...statuses.map((status) => ({ at, status })), { at, dryRun: true }, { at: hoursAgo(24 * 20) }]);
  const found = await read({ days: 3 });
  const counts = { started: 9, unfinished: 4, succeeded: 2, failed: 1, denied: 1, canceled: 1 };
  expect(found.runs).toEqual(counts);
  expect(found.perDay.map(({ started }) => started)).toEqual([0, 0, 9]);
  expect(found.perDay[2]).toMatchObject(counts);
  expect((await read({ days: 30 })).runs.started).toBe(10);
});

test('runs belong to the day that the clocks of the time zone show, also on the day on which these are changed', async () => {
  // A year always has such a day; it is found as people find it: by the hours that it has.
  const zone = 'Europe/Berlin';
  const lengthOf = (day: DateTime): number => day.plus({ days: 1 }).diff(day, 'hours').hours;
  const today = DateTime.now().setZone(zone).startOf('day');
  const changes = Array.from({ length: 364 }, (_day, index) => today.minus({ days: index + 1 })).filter((day) => lengthOf(day) !== 24);
  expect(changes.map(lengthOf).sort()).toEqual([23, 25]);
  for (const day of changes) {
    const next = day.plus({ days: 1 });
    const moments = [day.minus({ milliseconds: 1 }), day, day.plus({ hours: 5 }), next.minus({ milliseconds: 1 }), next];
    await storeRuns(app.database, playbookId, moments.map((moment) => ({ at: moment.toJSDate() })));
    const { perDay } = await read({ days: 366, timeZone: zone });
    const startedOn = (date: DateTime) => perDay.find((found) => found.day === date.toFormat('yyyy-MM-dd'))?.started;
    expect([day.minus({ days: 1 }), day, next].map(startedOn)).toEqual([1, 3, 1]);
  }
});

test('the time to contain goes from when the event occurred to the end of the last containing step', async () => {
  const at = hoursAgo(1);
  const occurredAt = seconds(at, -5);
  const fired = (...ends: number[]) => ({ at, occurredAt, steps: ends.map((end) => ({ finishedAt: seconds(occurredAt, end) })) });
  await storeRuns(app.database, playbookId, [
    fired(9, 2), fired(10), fired(4, 45.5), fired(59.999), fired(60), fired(100_000),
    // Not what contains, but later.
    { at, occurredAt, steps: [{ finishedAt: seconds(occurredAt, 20) }, { action: 'lab:tell', finishedAt: seconds(occurredAt, 500) }] },
    // The clock of its sender is ahead.
    { at, occurredAt: seconds(at, 60), steps: [{ finishedAt: seconds(at, 3) }] },
  ]);
  const found = await read();
  expect(found.timeToContain).toMatchObject({ runs: 8, medianSeconds: 20, percentile90Seconds: 100_000 });
  expect(filled(found)).toEqual([[0, 10, 2], [10, 30, 2], [30, 60, 2], [60, 120, 1], [86_400, null, 1]]);
});

test('only runs that have contained what an event told count, and a retry only for what it did itself', async () => {
  const at = hoursAgo(1);
  const done = { finishedAt: seconds(at, 7) };
  const steps = [done];
  const counted = [
    { at, occurredAt: at, steps: [done, { action: 'lab:tell', status: 'FAILED' as const }], status: 'FAILED' as const },
    { at, occurredAt: at, steps: [done, { status: 'SKIPPED' as const, finishedAt: seconds(at, 90) }] },
    { at, occurredAt: at, steps: [{ finishedAt: seconds(at, 1), attempts: 0 }, done] },
  ];
  await storeRuns(app.database, playbookId, [
    ...counted,
    { at, steps },
    { at, occurredAt: at, steps, dryRun: true },
    { at, occurredAt: at, steps, eventType: 'schedule' },
    { at, occurredAt: at, steps: [{ action: 'lab:tell', finishedAt: seconds(at, 7) }] },
    { at, occurredAt: at, steps: [done, { status: 'FAILED', finishedAt: seconds(at, 9) }], status: 'FAILED' },
    { at, occurredAt: at, steps: [done, { status: 'SKIPPED', finishedAt: seconds(at, 9) }], status: 'FAILED' },
    { at, occurredAt: at, steps: [done, { status: 'WAITING_FOR_APPROVAL' }], status: 'WAITING_FOR_APPROVAL' },
    { at, occurredAt: at, steps: [{ ...done, attempts: 0 }] },
    { at, occurredAt: at, steps: [{ status: 'SKIPPED', finishedAt: seconds(at, 7) }] },
  ]);
  expect((await read()).timeToContain).toMatchObject({ runs: counted.length, medianSeconds: 7, percentile90Seconds: 7 });
});

test('runs of a batch and runs that an event starts are counted as they are carried out', async () => {
  await app.admin.ask('mutation ($id: ID!) { runPlaybookBatch(input: { playbookId: $id, targets: [{ id: "ada" }, { id: "bob" }] }) { batch { id } } }', { id: playbookId });
  await createTrigger(app, { playbookIds: [playbookId] });
  await ingest(app, [{ user: 'grace@contoso.example' }], { occurredAt: seconds(new Date(), -400).toISOString() });
  const found = await until(() => read({ days: 1 }), ({ runs }) => runs.succeeded === 3);
  expect(found.runs).toEqual({ ...NONE, started: 3, succeeded: 3 });
  expect(found.timeToContain.runs).toBe(1);
  expect(found.timeToContain.medianSeconds).toBeGreaterThan(400);
  expect(filled(found)).toEqual([[300, 900, 1]]);
});

test('what a key with limits may not see does not count for it', async () => {
  const at = hoursAgo(1);
  const foreignId = await app.admin.connect();
  const foreign = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: foreignId }]);
  const run = (by: string, took: number) => ({ at, occurredAt: at, steps: [{ connectionId: by, finishedAt: seconds(at, took) }] });
  await storeRuns(app.database, foreign.id, [run(foreignId, 1), run(foreignId, 2)]);
  // Its playbook used another connection then.
  await storeRuns(app.database, playbookId, [run(connectionId, 100), run(foreignId, 3)]);
  const counted = async (limits: object) => {
    const { runs, perDay, timeToContain } = await read({ days: 2 }, await app.limitedClient(limits, 'VIEWER'));
    return [runs.started, perDay.reduce((sum, { started }) => sum + started, 0), timeToContain.runs, timeToContain.percentile90Seconds];
  };
  expect(await counted({})).toEqual([4, 4, 4, 100]);
  expect(await counted({ playbookIds: [playbookId] })).toEqual([2, 2, 2, 100]);
  expect(await counted({ playbookIds: [foreign.id] })).toEqual([2, 2, 2, 2]);
  expect(await counted({ connectionIds: [connectionId] })).toEqual([1, 1, 1, 100]);
  expect(await counted({ playbookIds: [foreign.id], connectionIds: [connectionId] })).toEqual([0, 0, 0, null]);
});

test('bad days and unknown time zones are refused, all at once and with their places', async () => {
  const problems = async (variables: object) => (await app.admin.refusal(QUERY, variables)).extensions.problems;
  expect(await problems({ days: 0, timeZone: 'Mars/Olympus' })).toEqual([
    { path: ['days'], message: 'days is a number from 1 to 366.' },
    { path: ['timeZone'], message: '"Mars/Olympus" is no IANA time zone, such as Europe/Berlin or UTC.' },
  ]);
  expect((await problems({ days: 367 }))?.map(({ path }) => path)).toEqual([['days']]);
  expect((await problems({ timeZone: '' }))?.map(({ path }) => path)).toEqual([['timeZone']]);
});

test('what has to be counted costs: a year can be asked for twice at once and not three times, whatever else is asked', async () => {
  const years = (count: number) => Array.from({ length: count }, (_year, index) => `y${index}: runStatistics(days: 366) { runs { started } }`).join(' ');
  await app.admin.ask(`{ ${years(2)} }`);
  expect((await app.admin.refusal(`{ ${years(3)} }`)).extensions.code).toBe('QUERY_TOO_COMPLEX');
  expect((await app.admin.refusal(`{ ${years(3)} less: runStatistics(days: -1000000) { runs { started } } }`)).extensions.code).toBe('QUERY_TOO_COMPLEX');
});
