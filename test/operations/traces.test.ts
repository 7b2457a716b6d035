import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { findFreePort } from '../support/free-port.js';
import { OtlpReceiver, valueOf } from '../support/otlp-receiver.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const TEST_WITHIN_MS = 180_000;
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const RUN = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';

let tenant: SandboxTenant;
let database: TestDatabase;
let collector: OtlpReceiver;
const processes: OwnProcess[] = [];

beforeEach(async () => {
  tenant = await startSandboxTenant({ fillerUsers: 2 });
  tenant.changeBehaviour({ effectDelayMs: 0 });
  database = await createTestDatabase();
  collector = await OtlpReceiver.start();
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((started) => started.end('SIGKILL')));
  await collector[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await tenant.stop();
});

/** An API and a worker, each a process of its own, whose traces go to the endpoint. */
async function start(endpoint: string): Promise<TestClient> {
  const port = await findFreePort();
  const env = { DATABASE_URL: database.url, LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'soar', PORT: String(port), ...tenant.environment };
  for (const role of ['api', 'worker']) processes.push(startCommand(['serve', '--role', role], { env }));
  const [api, worker] = processes;
  await worker?.says('Countermeasure is working');
  const told = (await api?.says('Ctrl-C stops it')) ?? '';
  return new TestClient(`http://127.0.0.1:${port}`, /cmk_\S+/.exec(told)?.[0] ?? '');
}

/** In good order: what is not sent yet is sent. */
async function stop(): Promise<void> {
  for (const ended of await Promise.all(processes.map((started) => started.end('SIGTERM')))) expect(ended).toMatchObject({ code: 0 });
}

const playbookOf = async (client: TestClient): Promise<string> => {
  const connectionId = await client.connect('entra-id', { tenantId: tenant.tenantId });
  return (await client.createPlaybook([{ key: 'suspend', action: 'entra-id:suspend-user', connectionId }])).id;
};

const someUser = () => {
  const user = tenant.users().find(({ accountEnabled, userType, directoryRoles }) => accountEnabled && userType === 'Member' && directoryRoles.length === 0);
  if (!user) throw new Error('The sandbox has no such user.');
  return user;
};

test('one trace leads from the caller through the request, the run and its step to the calls of the provider, over two processes, and names no target', async () => {
  const client = await start(collector.endpoint);
  const playbookId = await playbookOf(client);
  const user = someUser();
  const variables = { input: { playbookId, target: { kind: 'USER', id: user.userPrincipalName }, reason: 'a reason that stays here' } };
  const answer = await client.post({ query: RUN, variables }, { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` });
  const { data } = (await answer.json()) as { data: { runPlaybook: { run: { id: string } } } };
  expect((await client.follow(data.runPlaybook.run.id)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  await stop();

  const spans = collector.spans.filter(({ traceId }) => traceId === CALLER.traceId);
  expect(spans.find(({ name }) => name === 'graphql')).toMatchObject({ parentSpanId: CALLER.spanId });
  const calls = spans.filter(({ name }) => name === 'provider call');
  expect(calls.length).toBeGreaterThan(1);
  for (const call of calls) expect(collector.pathOf(call)).toEqual(['graphql', 'run', 'step', 'provider call']);
  expect(calls.map((call) => valueOf(call, 'http.request.method'))).toContain('PATCH');
  expect(calls.map((call) => Number(valueOf(call, 'http.response.status_code')))).toContain(204);
  const steps = spans.filter(({ name }) => name === 'step');
  expect(steps.map((step) => valueOf(step, 'countermeasure.outcome'))).toEqual(['ACTED', 'VERIFIED']);
  expect(steps.every((step) => valueOf(step, 'countermeasure.run.id') === data.runPlaybook.run.id)).toBe(true);
  expect([...collector.services]).toEqual(['soar']);
  const { ENTRA_CLIENT_SECRET: secret = 'none' } = tenant.environment;
  for (const text of [user.id, user.userPrincipalName, user.displayName, 'a reason that stays here', client.key, secret]) expect(collector.text).not.toContain(text);
}, TEST_WITHIN_MS);

test('the trace of an event that was sent goes on in the run that it starts', async () => {
  const client = await start(collector.endpoint);
  const playbookId = await playbookOf(client);
  await client.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'Risk', eventType: 'entra-id:risk-detection', playbookIds: [playbookId] } });
  await client.post(
    { query: 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }', variables: { input: { events: [{ type: 'entra-id:risk-detection', payload: { id: 'r-1', userId: someUser().id, userPrincipalName: someUser().userPrincipalName, riskLevel: 'high' } }] } } },
    { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` },
  );
  const find = async () => (await client.ask<{ runs: { nodes: { id: string }[] } }>('{ runs { nodes { id } } }')).runs.nodes[0]?.id;
  const runId = await until(find, (id) => id !== undefined);
  await client.follow(runId ?? '');
  await stop();
  const call = collector.spans.find(({ traceId, name }) => traceId === CALLER.traceId && name === 'provider call');
  expect(call && collector.pathOf(call)).toEqual(['graphql', 'event', 'run', 'step', 'provider call']);
}, TEST_WITHIN_MS);

test('a collector that is not there keeps nothing from being done, and nobody from stopping', async () => {
  const client = await start(`http://127.0.0.1:${await findFreePort()}`);
  const runId = await client.run(await playbookOf(client), { target: { kind: 'USER', id: someUser().id } });
  expect((await client.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  await stop();
}, TEST_WITHIN_MS);
