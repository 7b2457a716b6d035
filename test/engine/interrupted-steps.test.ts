import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Database } from '../../src/db/database.js';
import { PostgresChannel } from '../../src/db/postgres-channel.js';
import { createLogger } from '../../src/kernel/logger.js';
import { Metrics } from '../../src/kernel/metrics.js';
import { claimSteps } from '../../src/runs/claim-steps.js';
import { RunChanges } from '../../src/runs/run-changes.js';
import { RunStore } from '../../src/runs/run.store.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const GONE = 'a-worker-that-is-gone';

/** Leaves a run as a worker does that is killed in the middle of its first step's call. */
async function killInTheMiddleOf(runId: string, url: string): Promise<void> {
  const logger = createLogger('silent');
  const database = await Database.connect(new DataSource(dataSourceOptions(url, 2)), url);
  const changes = new RunChanges({ settle: [], database, metrics: new Metrics(), runs: new RunStore(), channel: new PostgresChannel('run_progress', database, logger) });
  await changes.change(runId, (transition) => claimSteps(transition, { workerId: GONE, priority: 0, takeTurn: () => Promise.resolve({ kind: 'GO' }), isPaused: () => Promise.resolve(false), isAbandoned: () => false, event: {}, evaluateRunIf: () => ({ kind: 'YES' }) }));
  await database.close();
}

async function interruptedRun(api: TestApp, action: string): Promise<string> {
  const connectionId = await api.admin.connect();
  const playbook = await api.admin.createPlaybook([{ action, connectionId }, { action: 'lab:gamma', connectionId }]);
  const runId = await api.admin.run(playbook.id);
  await killInTheMiddleOf(runId, api.database.url);
  return runId;
}

test('an interrupted call that is safe to repeat is made by the next worker', async () => {
  await using api = await startTestApp({ runsEngine: false });
  const runId = await interruptedRun(api, 'lab:alpha');
  await using worker = await startTestApp({ database: api.database });
  const events = await api.admin.follow(runId);
  expect(events.map(({ type }) => type).slice(2, 7)).toEqual(['RUN_STARTED', 'STEP_STARTED', 'STEP_INTERRUPTED', 'STEP_QUEUED', 'STEP_STARTED']);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  const run = await api.admin.read(runId);
  expect(run.steps[0]?.attempts.map(({ error }) => error?.code)).toEqual(['INTERRUPTED', undefined]);
  expect(worker.lab.callsOf('alpha')).toBe(1);
});

test('an interrupted call that took effect is found by reading back, and not made again', async () => {
  await using api = await startTestApp({ runsEngine: false });
  const runId = await interruptedRun(api, 'lab:careful');
  await using worker = await startTestApp({ database: api.database });
  await api.admin.follow(runId);
  expect((await api.admin.read(runId)).steps[0]).toMatchObject({ status: 'SUCCEEDED', verification: 'VERIFIED' });
  expect(worker.lab.callsOf('careful')).toBe(0);
});

test('an interrupted call that did not take effect is made after reading back', async () => {
  await using api = await startTestApp({ runsEngine: false });
  const runId = await interruptedRun(api, 'lab:careful');
  await using worker = await startTestApp({ database: api.database, setUp: ({ seen, calls }) => seen.set('careful', () => calls.length > 0) });
  await api.admin.follow(runId);
  expect((await api.admin.read(runId)).status).toBe('SUCCEEDED');
  expect(worker.lab.callsOf('careful')).toBe(1);
});

test('an interrupted call that nobody may repeat waits for a person', async () => {
  await using api = await startTestApp({ runsEngine: false });
  const runId = await interruptedRun(api, 'lab:delicate');
  await using worker = await startTestApp({ database: api.database });
  const events = await api.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING');
  expect(events.map(({ type }) => type)).toContain('STEP_NEEDS_REVIEW');
  const run = await api.admin.read(runId);
  expect(run).toMatchObject({ status: 'NEEDS_REVIEW', steps: [{ status: 'NEEDS_REVIEW' }, { status: 'PENDING' }] });
  expect(worker.lab.calls).toEqual([]);

  const { resolveReview } = await api.admin.ask<{ resolveReview: { step: { status: string } } }>(
    'mutation ($input: ResolveReviewInput!) { resolveReview(input: $input) { step { status } } }',
    { input: { runStepId: run.steps[0]?.id, resolution: 'SUCCEEDED' } },
  );
  expect(resolveReview.step.status).toBe('SUCCEEDED');
  expect((await api.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(worker.lab.calls.map(({ action }) => action)).toEqual(['gamma']);
});
