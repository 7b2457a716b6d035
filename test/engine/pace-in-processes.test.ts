import entraPlugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout, until } from '../support/until.js';

/** Two processes are started for each test; a machine that is busy takes its time. */
const TEST_WITHIN_MS = 180_000;
const RUNS = 20;

let tenant: SandboxTenant;
let api: TestApp;
let playbookId: string;
let users: string[];
const workers: OwnProcess[] = [];

/** Worker processes as they run in production; they are told their share by nobody but the database. */
async function startWorkers(count: number, env: Record<string, string>): Promise<OwnProcess[]> {
  const started = Array.from({ length: count }, () => startCommand(['serve', '--role', 'worker'], { env: { DATABASE_URL: api.database.url, LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, ...tenant.environment, ...env } }));
  const before = await livingWorkers();
  workers.push(...started);
  await until(async () => ({ living: await livingWorkers(), said: started.map(({ stderr }) => stderr) }), ({ living }) => living === before + count, 60_000);
  return started;
}

beforeEach(async () => {
  tenant = await startSandboxTenant({ fillerUsers: RUNS });
  tenant.changeBehaviour({ effectDelayMs: 0 });
  const { provider } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin: entraPlugin }, tenant.environment);
  api = await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : []) });
  const connectionId = await api.admin.connect('entra-id', { tenantId: tenant.tenantId });
  ({ id: playbookId } = await api.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]));
  users = tenant.users().filter((user) => user.accountEnabled && user.userType === 'Member' && user.directoryRoles.length === 0 && user.jobTitle === null).slice(-RUNS).map(({ id }) => id);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
  await api[Symbol.asyncDispose]();
  await tenant.stop();
});

const livingWorkers = async () => Number((await api.database.query('select count(*) from worker_process')).rows[0]?.['count']);
const heldTurns = async () => Number((await api.database.query('select count(*) from connection_turn where run_step_id is not null')).rows[0]?.['count']);
const startRuns = (count = RUNS) => Promise.all(users.slice(0, count).map((id) => api.admin.run(playbookId, { target: { kind: 'USER', id } })));
const writes = () => tenant.journal.filter(({ kind }) => kind === 'users.update').map(({ time, durationMs, status }) => ({ from: Date.parse(time), to: Date.parse(time) + (durationMs ?? 0), status }));

async function allSucceed(runIds: readonly string[]): Promise<number[]> {
  const lasts = (await Promise.all(runIds.map((runId) => api.admin.follow(runId)))).map((events) => events.at(-1)?.type);
  expect(lasts).toEqual(lasts.map(() => 'RUN_SUCCEEDED'));
  return (await Promise.all(runIds.map((runId) => api.admin.read(runId)))).flatMap(({ steps }) => steps.map(({ attempts }) => attempts.length));
}

test('two worker processes together never make more calls at once than the tenant has turns, and use them all', async () => {
  tenant.injectFault({ match: { method: 'PATCH' }, times: null, delayMs: 300 });
  await startWorkers(2, { CONNECTION_CONCURRENCY: '3' });
  const attempts = await allSucceed(await startRuns());
  expect(attempts).toEqual(attempts.map(() => 1));
  const made = writes();
  expect(made).toHaveLength(RUNS);
  expect(Math.max(...made.map(({ from }) => made.filter((other) => other.from <= from && from < other.to).length))).toBe(3);
  expect(await heldTurns()).toBe(0);
}, TEST_WITHIN_MS);

test('two worker processes together start no more steps in a second than the tenant takes', async () => {
  await startWorkers(2, { CONNECTION_STARTS_PER_SECOND: '4' });
  const attempts = await allSucceed(await startRuns());
  expect(attempts).toEqual(attempts.map(() => 1));
  const { rows } = await api.database.query('select extract(epoch from max(started_at) - min(started_at)) as seconds from attempt');
  // Four at once at first; each of the others costs a quarter of a second.
  expect(Number(rows[0]?.['seconds'])).toBeGreaterThan((RUNS - 4) / 4 - 0.5);
}, TEST_WITHIN_MS);

test('one 429 that one worker process gets holds the other one, too, until the time that it names', async () => {
  tenant.injectFault({ match: { method: 'PATCH' }, times: 1, status: 429, headers: { 'Retry-After': '4' } });
  tenant.injectFault({ match: { method: 'PATCH' }, times: null, delayMs: 50 });
  await startWorkers(2, { CONNECTION_CONCURRENCY: '4' });
  const attempts = await allSucceed(await startRuns());
  expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(RUNS + 1);
  const refusedAt = writes().find(({ status }) => status === 429)?.to ?? 0;
  const { rows } = await api.database.query(`select extract(epoch from finished_at) * 1000 as at from attempt where error is not null`);
  const committedBy = Number(rows[0]?.['at']) + 1_000;
  // Once it is written down, those that hold the three other turns may begin; nobody else does.
  expect(writes().filter(({ from }) => from > committedBy && from < refusedAt + 3_900).length).toBeLessThanOrEqual(3);
  expect(writes().filter(({ from }) => from >= refusedAt + 3_900).length).toBeGreaterThan(RUNS / 2);
}, TEST_WITHIN_MS);

test('a worker that is killed with all turns in its hands takes none with it', async () => {
  tenant.injectFault({ match: { method: 'PATCH' }, times: 2, delayMs: 60_000 });
  const [first] = await startWorkers(1, { CONNECTION_CONCURRENCY: '2' });
  const runIds = await startRuns(6);
  await comesAbout(() => writes().length === 2, 'both turns are held');
  await startWorkers(1, { CONNECTION_CONCURRENCY: '2' });
  await first?.end('SIGKILL');
  const attempts = await allSucceed(runIds);
  expect([...attempts].sort()).toEqual([1, 1, 1, 1, 2, 2]);
  expect(await heldTurns()).toBe(0);
}, TEST_WITHIN_MS);
