import entraPlugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { pause, resume } from '../support/guardrails.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout, until } from '../support/until.js';

const HOLDS_WITHIN_MS = 2_000;
/** Two processes are started for each test; a machine that is busy takes its time. */
const TEST_WITHIN_MS = 180_000;
const RUNS = 40;
const WRITES = ['users.update', 'users.revoke-sessions'];

let tenant: SandboxTenant;
let api: TestApp;
let playbookId: string;
let users: string[];
const workers: OwnProcess[] = [];

/** A worker as it runs in production: a process of its own, which can be killed. */
function startWorker(): OwnProcess {
  const worker = startCommand(['serve', '--role', 'worker'], { env: { DATABASE_URL: api.database.url, LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, ...tenant.environment } });
  workers.push(worker);
  return worker;
}

async function startTwoWorkers(): Promise<[OwnProcess, OwnProcess]> {
  const pair: [OwnProcess, OwnProcess] = [startWorker(), startWorker()];
  const count = async () => Number((await api.database.query('select count(*) from worker_process')).rows[0]?.['count']);
  await until(async () => ({ workers: await count(), said: pair.map(({ stderr }) => stderr) }), ({ workers }) => workers === 2, 60_000);
  return pair;
}

beforeEach(async () => {
  tenant = await startSandboxTenant({ fillerUsers: RUNS + 1 });
  tenant.changeBehaviour({ effectDelayMs: 0 });
  const { provider } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin: entraPlugin }, tenant.environment);
  api = await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : []) });
  const connectionId = await api.admin.connect('entra-id', { tenantId: tenant.tenantId });
  ({ id: playbookId } = await api.admin.createPlaybook(['clear-user-sessions', 'suspend-user'].map((name) => ({ action: `entra-id:${name}`, connectionId }))));
  users = tenant.users().filter((user) => user.accountEnabled && user.userType === 'Member' && user.directoryRoles.length === 0 && user.jobTitle === null).slice(-RUNS - 1).map(({ id }) => id);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
  await api[Symbol.asyncDispose]();
  await tenant.stop();
});

const writes = () => tenant.journal.filter(({ kind }) => WRITES.includes(kind));
/** Each against a user of its own. */
const startRuns = () => Promise.all(users.slice(0, RUNS).map((id) => api.admin.run(playbookId, { target: { kind: 'USER', id } })));
const cutListening = () => api.database.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen %'`);
const countHeld = async () => Number((await api.database.query('select count(*) from run where paused')).rows[0]?.['count']);
const attempts = async (runIds: readonly string[]) => (await Promise.all(runIds.map((runId) => api.admin.read(runId)))).flatMap(({ steps }) => steps.map((step) => step.attempts.length));

test('with the listening connections cut, two worker processes make no call later than 2 s after the pause, and go on within 2 s of its end', async () => {
  tenant.injectFault({ match: { method: 'PATCH' }, times: null, delayMs: 50 });
  const runIds = await startRuns();
  await startTwoWorkers();
  await comesAbout(() => writes().length >= 10, 'both act');
  await cutListening();
  await pause(api.admin);
  const pausedAt = Date.now();
  const late = api.admin.run(playbookId, { target: { kind: 'USER', id: users[RUNS] } });
  await comesAbout(() => Date.now() > pausedAt + HOLDS_WITHIN_MS, 'the pause must hold');
  // What had begun is still read back; nothing is changed any more.
  const before = writes().length;
  await comesAbout(async () => (await countHeld()) >= 1 && Date.now() > pausedAt + 2 * HOLDS_WITHIN_MS, 'runs are held');
  expect(writes()).toHaveLength(before);
  expect(before).toBeLessThan(2 * runIds.length);

  await cutListening();
  await resume(api.admin);
  const [resumedAt, called] = [Date.now(), tenant.journal.length];
  await comesAbout(() => tenant.journal.length > called, 'calls are made again');
  expect(Date.now() - resumedAt).toBeLessThan(HOLDS_WITHIN_MS);
  const lasts = (await Promise.all([...runIds, await late].map((runId) => api.admin.follow(runId)))).map((events) => events.at(-1)?.type);
  expect(lasts).toEqual(lasts.map(() => 'RUN_SUCCEEDED'));
  expect(writes()).toHaveLength(2 * (RUNS + 1));
  expect(writes().every(({ hadEffect }) => hadEffect)).toBe(true);
}, TEST_WITHIN_MS);

test('a worker that is killed while all is paused leaves nothing undone: its interrupted step waits, too, and goes on elsewhere after the pause', async () => {
  tenant.injectFault({ match: { method: 'PATCH' }, times: 1, delayMs: 20_000 });
  const first = startWorker();
  const runId = await api.admin.run(playbookId, { target: { kind: 'USER', id: users[0] } });
  await api.admin.follow(runId, 0, ({ message }) => message.startsWith('Disabling'));
  await pause(api.admin);
  startWorker();
  await first.end('SIGKILL');
  const events = await api.admin.follow(runId, 0, ({ type }) => type === 'RUN_PAUSED');
  expect(events.map(({ type }) => type).slice(-3)).toEqual(['STEP_INTERRUPTED', 'STEP_QUEUED', 'RUN_PAUSED']);
  const written = writes().length;
  await resume(api.admin);
  expect((await api.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(writes()).toHaveLength(written + 1);
  expect(await attempts([runId])).toEqual([1, 2]);
}, TEST_WITHIN_MS);

test('a worker that is killed at the moment of resuming takes no run with it, and no finished step is made again', async () => {
  const [first] = await startTwoWorkers();
  await pause(api.admin);
  const runIds = await startRuns();
  await comesAbout(async () => (await countHeld()) === runIds.length, 'all runs are held');
  const ends = Promise.all(runIds.map((runId) => api.admin.follow(runId)));
  await Promise.all([resume(api.admin), first.end('SIGKILL')]);
  for (const events of await ends) {
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
    expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  }
  // A call is made once per attempt at most, and only an attempt that was interrupted is followed by another one.
  const made = await attempts(runIds);
  expect(writes().length).toBeLessThanOrEqual(made.reduce((sum, count) => sum + count, 0));
  const interrupted = Number((await api.database.query(`select count(*) from attempt where error->>'code' = 'INTERRUPTED'`)).rows[0]?.['count']);
  expect(made.reduce((sum, count) => sum + count, 0)).toBe(2 * runIds.length + interrupted);
}, TEST_WITHIN_MS);
