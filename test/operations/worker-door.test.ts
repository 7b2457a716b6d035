import net, { type AddressInfo } from 'node:net';
import entraPlugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { findFreePort } from '../support/free-port.js';
import { METRICS_TOKEN, scrape } from '../support/metrics.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';

/** A process is started; a machine that is busy takes its time. */
const TEST_WITHIN_MS = 120_000;

let tenant: SandboxTenant;
let api: TestApp;
let url: string;
let worker: OwnProcess | undefined;

beforeEach(async () => {
  tenant = await startSandboxTenant({ fillerUsers: 2 });
  tenant.changeBehaviour({ effectDelayMs: 0 });
  const { provider } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin: entraPlugin }, tenant.environment);
  api = await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : []) });
});

afterEach(async () => {
  await worker?.end('SIGKILL');
  await api[Symbol.asyncDispose]();
  await tenant.stop();
});

async function startWorker(env: Readonly<Record<string, string>> = {}): Promise<OwnProcess> {
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  worker = startCommand(['serve', '--role', 'worker'], { env: { DATABASE_URL: api.database.url, LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, WORKER_HTTP_PORT: String(port), METRICS_TOKEN, ...tenant.environment, ...env } });
  await worker.says('Countermeasure is working');
  return worker;
}

const statusOf = async (path: string, init?: RequestInit): Promise<number> => (await fetch(`${url}${path}`, init)).status;

test('a worker tells on a port of its own whether it lives and is ready, and its metrics to those who may see them; nothing else is there', async () => {
  const started = await startWorker();
  expect(await statusOf('/healthz')).toBe(200);
  expect(await statusOf('/readyz')).toBe(200);
  expect(await statusOf('/metrics')).toBe(401);
  expect(await statusOf('/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}x` } })).toBe(401);
  expect(await statusOf('/metrics', { headers: { authorization: `Bearer ${api.admin.key}` } })).toBe(200);
  expect(await statusOf('/graphql', { method: 'POST', body: '{"query":"{ viewer { roles } }"}', headers: { 'content-type': 'application/json', authorization: `Bearer ${api.admin.key}` } })).toBe(404);
  for (const path of ['/', '/runs/x', '/hooks/x', '/approvals/x']) expect([path, await statusOf(path)]).toEqual([path, 404]);
  const series = await scrape(url);
  expect(series.get('countermeasure_workers')).toBe(1);
  expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  // Nobody follows runs here, so it is no fault that it does not listen.
  expect(series.has('countermeasure_listening')).toBe(false);
  expect(await started.end('SIGTERM')).toMatchObject({ code: 0 });
}, TEST_WITHIN_MS);

test('every call to the provider is counted by the status of its answer, also those that get none', async () => {
  await startWorker();
  const connectionId = await api.admin.connect('entra-id', { tenantId: tenant.tenantId });
  const { id } = await api.admin.createPlaybook([{ key: 'suspend', action: 'entra-id:suspend-user', connectionId, retry: { maxAttempts: 5, backoff: 'PT1S' } }]);
  const user = tenant.users().find(({ accountEnabled, userType, directoryRoles }) => accountEnabled && userType === 'Member' && directoryRoles.length === 0);
  tenant.injectFault({ match: { method: 'PATCH' }, times: 1, status: 429, headers: { 'retry-after': '1' } });
  const events = await api.admin.follow(await api.admin.run(id, { target: { kind: 'USER', id: user?.id } }));
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  const series = await scrape(url);
  const calls = (status: string): number => series.get(`countermeasure_provider_calls_total{plugin="@countermeasure/plugin-entra-id",status="${status}"}`) ?? 0;
  expect(calls('429')).toBe(1);
  expect(calls('204')).toBe(1);
  expect(calls('200')).toBeGreaterThan(1);
  const counted = [...series].filter(([name]) => name.startsWith('countermeasure_provider_calls_total')).reduce((sum, [, count]) => sum + count, 0);
  expect(series.get('countermeasure_provider_call_duration_seconds_count{plugin="@countermeasure/plugin-entra-id"}')).toBe(counted);
  await tenant.stop();
  await api.admin.run(id, { target: { kind: 'USER', id: user?.id } });
  await comesAbout(async () => [...(await scrape(url)).keys()].some((name) => name.startsWith('countermeasure_provider_calls_total') && name.includes('status="error"')), 'a call without an answer is counted');
}, TEST_WITHIN_MS);

test('a port that is in use is told before the worker begins', async () => {
  await using occupant = net.createServer();
  await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
  const { port } = occupant.address() as AddressInfo;
  const { code, stderr } = await startCommand(['serve', '--role', 'worker'], { env: { DATABASE_URL: api.database.url, LOG_LEVEL: 'warn', WORKER_HTTP_PORT: String(port), ...tenant.environment } }).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(new RegExp(`^Another program is using port ${port} on 127\\.0\\.0\\.1\\.`)) });
}, TEST_WITHIN_MS);

