import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import entraPlugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';

const ROOT = path.join(import.meta.dirname, '../..');
const RECOVERY_WITHIN_MS = 5_000;

/** A worker as it runs in production: a process of its own, which can be killed. */
function startWorker(databaseUrl: string, tenant: SandboxTenant): ChildProcess {
  return spawn(path.join(ROOT, 'node_modules/.bin/node'), ['bin/countermeasure.js', 'serve', '--role', 'worker'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, ...tenant.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (worker.exitCode !== null || worker.signalCode !== null) return worker.exitCode;
  const ended = new Promise<number | null>((resolve) => worker.once('exit', (code) => resolve(code)));
  worker.kill(signal);
  return ended;
}

let tenant: SandboxTenant;
let api: TestApp;
let playbookId: string;
const workers: ChildProcess[] = [];

beforeEach(async () => {
  tenant = await startSandboxTenant();
  const { provider } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin: entraPlugin }, tenant.environment);
  api = await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : []) });
  const connectionId = await api.admin.connect('entra-id', { tenantId: tenant.tenantId });
  const steps = ['clear-user-sessions', 'suspend-user', 'force-password-reset'].map((name) => ({ action: `entra-id:${name}`, connectionId }));
  ({ id: playbookId } = await api.admin.createPlaybook(steps));
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGKILL')));
  await api[Symbol.asyncDispose]();
  await tenant.stop();
});

const writes = () => tenant.journal.filter(({ method, path: at }) => method === 'PATCH' || (method === 'POST' && at.endsWith('revokeSignInSessions')));

test('after kill -9 of a worker in the middle of a call another one goes on within 5 s, and no finished step is repeated', async () => {
  tenant.injectFault({ match: { method: 'PATCH' }, times: 1, delayMs: 20_000 });
  const first = startWorker(api.database.url, tenant);
  workers.push(first);
  const runId = await api.admin.run(playbookId, { target: { kind: 'USER', id: tenant.exampleUser } });
  await api.admin.follow(runId, 0, ({ message }) => message.startsWith('Disabling'));
  workers.push(startWorker(api.database.url, tenant));
  await comesAbout(async () => (await livingWorkers()) === 2, 'both workers are there');

  await end(first, 'SIGKILL');
  const killedAt = Date.now();
  await api.admin.follow(runId, 0, ({ type }) => type === 'STEP_INTERRUPTED');
  expect(Date.now() - killedAt).toBeLessThan(RECOVERY_WITHIN_MS);
  const events = await api.admin.follow(runId);

  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  const run = await api.admin.read(runId);
  expect(run.steps.map(({ attempts }) => attempts.length)).toEqual([1, 2, 1]);
  expect(writes().filter(({ hadEffect }) => hadEffect)).toHaveLength(3);
  expect(writes().filter(({ path: at }) => at.endsWith('revokeSignInSessions'))).toHaveLength(1);
  expect(tenant.user(tenant.exampleUser).accountEnabled).toBe(false);
});

test('a worker that is killed while an effect is read back does not make its call again', async () => {
  tenant.changeBehaviour({ effectDelayMs: 4_000 });
  const first = startWorker(api.database.url, tenant);
  workers.push(first);
  const runId = await api.admin.run(playbookId, { target: { kind: 'USER', id: tenant.exampleUser } });
  await api.admin.follow(runId, 0, ({ type }) => type === 'STEP_VERIFYING');
  await end(first, 'SIGKILL');
  tenant.changeBehaviour({ effectDelayMs: 0 });
  workers.push(startWorker(api.database.url, tenant));
  const events = await api.admin.follow(runId);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(writes()).toHaveLength(3);
  expect((await api.admin.read(runId)).steps.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
});

test('a worker that is told to stop ends its call, hands the rest over and exits with 0', async () => {
  const first = startWorker(api.database.url, tenant);
  workers.push(first);
  tenant.injectFault({ match: { method: 'PATCH' }, times: 1, delayMs: 1_000 });
  const runId = await api.admin.run(playbookId, { target: { kind: 'USER', id: tenant.exampleUser } });
  await api.admin.follow(runId, 0, ({ message }) => message.startsWith('Disabling'));
  expect(await end(first, 'SIGTERM')).toBe(0);
  workers.push(startWorker(api.database.url, tenant));
  await api.admin.follow(runId);
  expect(writes()).toHaveLength(3);
  expect((await api.admin.read(runId)).steps.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
});

async function livingWorkers(): Promise<number> {
  const { rows } = await api.database.query('select count(*) from worker_process');
  return Number(rows[0]?.['count']);
}
