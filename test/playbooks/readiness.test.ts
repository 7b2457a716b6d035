import pg from 'pg';
import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';

const start = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';
const target = { kind: 'USER', id: 'ada@contoso.example' };

interface Readiness {
  readonly ready: boolean;
  readonly problems: { code: string; message: string; stepKey: string | null; consentUrl: string | null }[];
}

async function readiness(app: TestApp, id: string): Promise<Readiness> {
  return (await app.admin.ask<{ playbook: { readiness: Readiness } }>('query ($id: ID!) { playbook(id: $id) { readiness { ready problems { code message stepKey consentUrl } } } }', { id })).playbook.readiness;
}

async function sql<Row extends object>(app: TestApp, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: app.database.url });
  await client.connect();
  return (await client.query<Row>(text).finally(() => client.end())).rows;
}

const ageChecks = (app: TestApp) => sql(app, `update connection_check set checked_at = now() - interval '1 hour'`);

async function prepare(app: TestApp) {
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ key: 'first', action: 'lab:alpha', connectionId }]);
  return { connectionId, playbook };
}

test.each<[string, (app: TestApp) => Promise<unknown> | void]>([
  ['PLAYBOOK_INACTIVE', (app) => sql(app, 'update playbook set active = false')],
  ['NO_STEPS', (app) => sql(app, 'update playbook_step set active = false')],
  ['ACTION_UNAVAILABLE', (app) => sql(app, `update playbook_step set action_id = 'gone:away'`)],
  ['INPUT_INVALID', (app) => sql(app, `update playbook_step set input = '{"note": 5}'`)],
  ['CONNECTION_MISSING', (app) => sql(app, 'update playbook_step set connection_id = null')],
  ['CONSENT_MISSING', (app) => sql(app, `update connection_check set granted = '{}'`)],
  ['CONNECTION_UNHEALTHY', (app) => sql(app, `update connection_check set problem = '{"code": "CREDENTIAL_EXPIRED", "message": "The secret has expired.", "remedy": "Make a new one.", "isPassing": false}'`)],
])('a playbook with the problem %s says so, and runPlaybook is refused with the same words and starts nothing', async (code, spoil) => {
  await using app = await startTestApp({ runsEngine: false });
  const { playbook } = await prepare(app);
  expect(await readiness(app, playbook.id)).toEqual({ ready: true, problems: [] });
  await spoil(app);

  const { ready, problems } = await readiness(app, playbook.id);
  const refusal = await app.admin.refusal(start, { input: { playbookId: playbook.id, target } });

  expect(ready).toBe(false);
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(refusal.extensions.code).toBe('PRECONDITION_FAILED');
  expect(refusal.extensions.problems?.map(({ message }) => message)).toEqual(problems.map(({ message }) => message));
  expect(problems[0]?.consentUrl ?? null).toEqual(code === 'CONSENT_MISSING' ? expect.stringContaining('https://lab.invalid/') : null);
  expect(await sql(app, 'select from run')).toEqual([]);
});

test('every problem of every step is told at once', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ key: 'one', action: 'lab:alpha' }, { key: 'two', action: 'lab:beta', connectionId }, { key: 'three', action: 'lab:gamma', connectionId }]);
  await sql(app, `update connection_check set granted = '{}'`);
  await sql(app, `update playbook_step set input = '{"note": 5}' where key = 'two'`);
  const { problems } = await readiness(app, playbook.id);
  expect(problems.map(({ stepKey, code }) => [stepKey, code])).toEqual([['one', 'CONNECTION_MISSING'], ['two', 'INPUT_INVALID'], ['two', 'CONSENT_MISSING'], ['three', 'CONSENT_MISSING']]);
});

test('a fault that may pass by itself shows in health and keeps no playbook from running', async () => {
  await using app = await startTestApp();
  app.lab.check = () => {
    throw new ActionError('UNREACHABLE', 'Nobody answered.', { retryable: true, remedy: 'Wait.' });
  };
  const { playbook } = await prepare(app);
  const { connections } = await app.admin.ask<{ connections: { health: object }[] }>('{ connections { health { ok problemCode problem } } }');
  expect(connections[0]?.health).toEqual({ ok: false, problemCode: 'UNREACHABLE', problem: 'UNREACHABLE: Nobody answered. Wait.' });
  expect((await readiness(app, playbook.id)).ready).toBe(true);
  expect((await app.admin.follow(await app.admin.run(playbook.id))).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('what was mended since the last check is found by runPlaybook itself; what was not is looked at once', async () => {
  await using app = await startTestApp({ runsEngine: false });
  app.lab.check = () => ({ granted: [] });
  const { playbook } = await prepare(app);
  expect(app.lab.checks).toBe(1);
  await app.admin.refusal(start, { input: { playbookId: playbook.id, target } });
  expect(app.lab.checks).toBe(1);
  await ageChecks(app);
  await app.admin.refusal(start, { input: { playbookId: playbook.id, target } });
  expect(app.lab.checks).toBe(2);

  app.lab.check = () => ({ granted: ['Lab.All'] });
  await ageChecks(app);
  expect(await app.admin.run(playbook.id)).toMatch(/^run_/);
  expect((await readiness(app, playbook.id)).ready).toBe(true);
});

test('a step that is refused for the connection\'s sake has it checked for all others', async () => {
  await using app = await startTestApp();
  const { playbook } = await prepare(app);
  app.lab.behaviours.set('alpha', () => {
    app.lab.check = () => ({ granted: [] });
    throw new ActionError('PERMISSION_MISSING', 'Taken away.', { concernsConnection: true });
  });
  await app.admin.follow(await app.admin.run(playbook.id));
  const deadline = Date.now() + 20_000;
  while ((await readiness(app, playbook.id)).ready) if (Date.now() > deadline) throw new Error('The connection was not checked.');
  expect((await readiness(app, playbook.id)).problems[0]?.code).toBe('CONSENT_MISSING');
});

test('connections are checked again by themselves when their last check is old', async () => {
  await using app = await startTestApp();
  await prepare(app);
  app.lab.check = () => ({ granted: [], warnings: ['It ends soon.'] });
  await ageChecks(app);
  await sql(app, `select graphile_worker.add_job('watch_connections')`);
  const warnings = async () => (await app.admin.ask<{ connections: { health: { warnings: string[] } }[] }>('{ connections { health { warnings } } }')).connections[0]?.health.warnings;
  const deadline = Date.now() + 20_000;
  while ((await warnings())?.length === 0) if (Date.now() > deadline) throw new Error('The connection was not checked.');
  expect(await warnings()).toEqual(['It ends soon.']);
});
