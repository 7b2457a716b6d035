import { ActionError } from '@countermeasure/sdk';
import { switchFeed } from '../support/feeds.js';
import { pause } from '../support/guardrails.js';
import { METRICS_TOKEN, scrape, type Scraped } from '../support/metrics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';

let app: TestApp;
const scraped = (): Promise<Scraped> => scrape(app.app.url);
const start = async (options: { runsEngine?: boolean } = {}): Promise<void> => {
  app = await startTestApp({ metricsToken: METRICS_TOKEN, ...options });
};

afterEach(() => app[Symbol.asyncDispose]());

const playbookOf = async (...steps: object[]): Promise<string> => {
  const connectionId = await app.admin.connect();
  return (await app.admin.createPlaybook(steps.map((step) => ({ action: 'lab:alpha', connectionId, ...step })))).id;
};

test('runs and steps are counted when they end, by status and action, with how long they took', async () => {
  await start();
  app.lab.behaviours.set('beta', () => {
    throw new ActionError('REFUSED', 'It does not want to.');
  });
  const playbookId = await playbookOf({ key: 'one' }, { key: 'two', action: 'lab:beta' }, { key: 'three', action: 'lab:gamma' });
  await app.admin.follow(await app.admin.run(playbookId));
  await app.admin.follow(await app.admin.run(playbookId, { dryRun: true }));
  const series = await scraped();
  expect(Object.fromEntries([...series].filter(([name]) => /^countermeasure_(runs_total|steps_total|run_duration_seconds_count|run_wait_seconds_count|step_work_duration_seconds_count)/.test(name)))).toEqual({
    'countermeasure_runs_total{status="FAILED",dry_run="false"}': 1,
    'countermeasure_runs_total{status="SUCCEEDED",dry_run="true"}': 1,
    'countermeasure_run_duration_seconds_count{status="FAILED",dry_run="false"}': 1,
    'countermeasure_run_duration_seconds_count{status="SUCCEEDED",dry_run="true"}': 1,
    'countermeasure_run_wait_seconds_count{dry_run="false"}': 1,
    'countermeasure_run_wait_seconds_count{dry_run="true"}': 1,
    'countermeasure_steps_total{action="lab:alpha",status="SUCCEEDED"}': 2,
    'countermeasure_steps_total{action="lab:beta",status="FAILED"}': 1,
    'countermeasure_steps_total{action="lab:beta",status="SUCCEEDED"}': 1,
    'countermeasure_steps_total{action="lab:gamma",status="SKIPPED"}': 1,
    'countermeasure_steps_total{action="lab:gamma",status="SUCCEEDED"}': 1,
    'countermeasure_step_work_duration_seconds_count{action="lab:alpha",outcome="ACTED"}': 1,
    'countermeasure_step_work_duration_seconds_count{action="lab:alpha",outcome="VERIFIED"}': 1,
    'countermeasure_step_work_duration_seconds_count{action="lab:alpha",outcome="PLANNED"}': 1,
    'countermeasure_step_work_duration_seconds_count{action="lab:beta",outcome="FAILED"}': 1,
    'countermeasure_step_work_duration_seconds_count{action="lab:beta",outcome="PLANNED"}': 1,
    'countermeasure_step_work_duration_seconds_count{action="lab:gamma",outcome="PLANNED"}': 1,
  });
  expect(series.get('countermeasure_run_duration_seconds_sum{status="FAILED",dry_run="false"}')).toBeGreaterThan(0);
});

test('whoever follows a run shows how late its events come; the process listens, and its jobs and connections are counted', async () => {
  await start();
  let release = (): void => undefined;
  app.lab.behaviours.set('alpha', () => new Promise((resolve) => (release = resolve)));
  const runId = await app.admin.run(await playbookOf({ key: 'one' }));
  await app.admin.follow(runId, 0, ({ type }) => type === 'STEP_STARTED');
  expect((await scraped()).get('countermeasure_run_feed_delay_seconds_count')).toBeDefined();
  const [before = 0, following] = [(await scraped()).get('countermeasure_run_feed_delay_seconds_count'), app.admin.follow(runId)];
  await until(scraped, (series) => (series.get('countermeasure_websockets{state="signed_in"}') ?? 0) > 0);
  // It follows when it has read what is stored; what it is told after that is new.
  release();
  await following;
  const series = await until(scraped, (found) => (found.get('countermeasure_jobs_total{task="advance_run",outcome="ok"}') ?? 0) > 0);
  expect(series.get('countermeasure_run_feed_delay_seconds_count')).toBeGreaterThanOrEqual(before);
  expect(series.get('countermeasure_listening')).toBe(1);
  expect(series.get('countermeasure_database_connections{state="idle"}')).toBeGreaterThan(0);
  expect(series.get('countermeasure_database_connections{state="waiting"}')).toBe(0);
});

test('what waits is read from the database: jobs and their age, events, runs, the pause switch', async () => {
  await start({ runsEngine: false });
  const playbookId = await playbookOf({ key: 'one' });
  await createTrigger(app, { playbookIds: [playbookId] });
  await app.admin.run(playbookId);
  await app.admin.run(playbookId);
  await ingest(app, Array.from({ length: 45 }, (_event, index) => ({ id: `event-${index}`, user: 'ada@contoso.example' })));
  await pause(app.admin);
  const series = await scraped();
  expect(series.get('countermeasure_queue_ready_jobs{task="advance_run"}')).toBe(2);
  expect(series.get('countermeasure_queue_oldest_ready_job_age_seconds{task="advance_run"}')).toBeGreaterThan(0);
  expect(series.get('countermeasure_queue_ready_jobs{task="match_events"}')).toBe(3);
  expect(series.get('countermeasure_events_waiting')).toBe(45);
  expect(series.get('countermeasure_runs_unfinished{status="QUEUED"}')).toBe(2);
  expect(series.get('countermeasure_paused')).toBe(1);
  expect(series.get('countermeasure_workers')).toBe(0);
  expect(series.get('countermeasure_approvals_waiting')).toBe(0);
});

test('approvals that wait are told, and those that are past their expiry', async () => {
  await start();
  const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] };
  const runId = await app.admin.run(await playbookOf({ key: 'one', approval }));
  await app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_REQUESTED');
  const series = await scraped();
  expect(series.get('countermeasure_approvals_waiting')).toBe(1);
  expect(series.get('countermeasure_approvals_overdue')).toBe(0);
  expect(series.get('countermeasure_runs_unfinished{status="WAITING_FOR_APPROVAL"}')).toBe(1);
  expect(series.get('countermeasure_workers')).toBe(1);
});

test('the feed that is most behind, and feeds that fail, are told', async () => {
  await start({ runsEngine: false });
  const connectionId = await app.admin.connect();
  await switchFeed(app, { connectionId, eventType: 'lab:signal', active: true });
  await app.database.query(`update event_feed set next_look_at = now() - interval '100 seconds', failures = 3`);
  const series = await scraped();
  expect(series.get('countermeasure_event_feed_lag_seconds')).toBeGreaterThanOrEqual(100);
  expect(series.get('countermeasure_event_feed_lag_seconds')).toBeLessThan(160);
  expect(series.get('countermeasure_event_feeds_failing')).toBe(1);
});

test('many scrapers do not make the database be asked more often', async () => {
  await start({ runsEngine: false });
  const asked = async (): Promise<number> => Number((await app.database.query(`select sum(seq_scan + idx_scan) as n from pg_stat_user_tables where relname = 'event_feed'`)).rows[0]?.['n']);
  await scraped();
  const before = await asked();
  await Promise.all(Array.from({ length: 20 }, scraped));
  expect(await asked()).toBe(before);
});

test('when the database cannot be asked, what the process itself counts is told all the same, and no figure of the database that would be an old one', async () => {
  await start({ runsEngine: false });
  await app.admin.connect();
  await app.database.query('alter table event_feed rename to gone');
  const series = await scraped();
  expect(series.get('countermeasure_backlog_read_failures_total')).toBe(1);
  expect([...series.keys()].filter((name) => /workers|approvals_|runs_unfinished|queue_|paused|events_waiting|runs_held|feed_lag|failing/.test(name))).toEqual([]);
  expect([...series.keys()].some((name) => name.startsWith('countermeasure_graphql_operations_total'))).toBe(true);
});
