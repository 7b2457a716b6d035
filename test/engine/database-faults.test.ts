import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';

let app: TestApp;

beforeEach(async () => {
  app = await startTestApp();
});

afterEach(() => app[Symbol.asyncDispose]());

const hide = (table: string) => app.database.query(`alter table ${table} rename to hidden`);
const show = (table: string) => app.database.query(`alter table hidden rename to ${table}`);

async function startRun(): Promise<string> {
  const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect(), retry: { maxAttempts: 3, backoff: 'PT0.02S', maxBackoff: 'PT0.05S' } }]);
  return app.admin.run(id);
}

test('a step whose database fails before it acts has not failed: it is taken up again, and acts once', async () => {
  app.lab.plans.set('alpha', async () => {
    app.lab.plans.delete('alpha');
    await hide('guardrail_settings');
  });
  const runId = await startRun();
  await comesAbout(async () => (await app.database.query(`select from graphile_worker.jobs where key = $1 and last_error is not null`, [`run:${runId}`])).rows.length === 1, 'the job has failed');
  await show('guardrail_settings');

  const events = await app.admin.follow(runId);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(events.map(({ type }) => type)).not.toContain('STEP_FAILED');
  expect(app.lab.callsOf('alpha')).toBe(1);
});

test('an action that was carried out has succeeded, whether or not it can be written down that its tenant is well again', async () => {
  app.lab.behaviours.set('alpha', async () => {
    if (app.lab.callsOf('alpha') === 1) throw new ActionError('PROVIDER_UNAVAILABLE', 'The provider is in trouble.', { retryable: true, trouble: 'UNAVAILABLE' });
    await hide('connection_pace');
  });
  const runId = await startRun();

  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.callsOf('alpha')).toBe(2);
  await show('connection_pace');
});
