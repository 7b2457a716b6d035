import pg from 'pg';
import notify from '@countermeasure/plugin-notify';
import entra from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import type { SMTPServerOptions } from 'smtp-server';
import { registerChannels, registerProvider } from '../../src/registry/load-plugins.js';
import { Registry } from '../../src/registry/registry.js';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { comesAbout } from '../support/until.js';
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly tenant: SandboxTenant;
  readonly server: TestSmtpServer;
  /** A worker as it runs in production: a process of its own, which can be killed. */
  startWorker(): OwnProcess;
  /** An API process beside the test's own. */
  startApi(): Promise<{ api: OwnProcess; url: string }>;
}

async function startWorld(smtp: SMTPServerOptions = {}): Promise<World> {
  const parts = new AsyncDisposableStack();
  const server = parts.use(await startSmtpServer(smtp));
  const tenant = parts.use(await startSandboxTenant());
  tenant.changeBehaviour({ effectDelayMs: 0 });
  const mail = { SMTP_URL: `smtp://127.0.0.1:${server.port}`, MAIL_FROM: 'alerts@contoso.example' };
  const { provider } = registerProvider({ packageName: 'entra', plugin: entra }, tenant.environment);
  const { channels } = registerChannels({ packageName: 'notify', plugin: notify }, mail);
  const app = parts.use(await startTestApp({ runsEngine: false, registry: new Registry(provider ? [provider] : [], channels) }));
  const startWorker = (): OwnProcess =>
    parts.use(startCommand(['serve', '--role', 'worker'], { env: { DATABASE_URL: app.database.url, LOG_LEVEL: 'warn', PUBLIC_URL: app.app.url, NODE_EXTRA_CA_CERTS: tenant.caFile, ...mail, ...tenant.environment } }));
  const startApi = async (): Promise<{ api: OwnProcess; url: string }> => {
    const api = parts.use(startCommand(['serve', '--role', 'api'], { env: { DATABASE_URL: app.database.url, PORT: '0', LOG_LEVEL: 'warn', NODE_EXTRA_CA_CERTS: tenant.caFile, ...mail, ...tenant.environment } }));
    await comesAbout(() => /http:\/\/127\.0\.0\.1:\d+/.test(api.stdout), 'the API says where it is');
    return { api, url: /http:\/\/127\.0\.0\.1:\d+/.exec(api.stdout)?.[0] ?? '' };
  };
  return { app, tenant, server, startWorker, startApi, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function startRun({ app, tenant }: World): Promise<string> {
  const connectionId = await app.admin.connect('entra-id', { tenantId: tenant.tenantId });
  const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] };
  const playbook = await app.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId, approval }]);
  return app.admin.run(playbook.id, { target: { kind: 'USER', id: tenant.exampleUser } });
}

/** Decided by two at once; one decision counts. */
async function approve({ app }: World): Promise<void> {
  const { approvals } = await app.admin.ask<{ approvals: { nodes: { id: string; status: string }[] } }>('{ approvals { nodes { id status } } }');
  expect(approvals.nodes.map(({ status }) => status)).toEqual(['PENDING']);
  const clients = [await app.clientWith('APPROVER'), await app.clientWith('APPROVER')];
  const answers = await Promise.all(clients.map((client) => client.send<object>('mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: APPROVE }) { approval { id } } }', { id: approvals.nodes[0]?.id })));
  expect(answers.filter(({ data }) => data)).toHaveLength(1);
}

async function expectDoneOnce({ app, tenant, server }: World, runId: string): Promise<void> {
  const events = await app.admin.follow(runId);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  expect(events.filter(({ type }) => type === 'APPROVAL_REQUESTED')).toHaveLength(1);
  expect(tenant.journal.filter(({ kind }) => kind === 'users.update')).toHaveLength(1);
  expect(tenant.user(tenant.exampleUser).accountEnabled).toBe(false);
  const requests = server.mails.filter(({ headers }) => headers['message-id']?.includes('.request@') === true);
  expect(requests.length).toBeGreaterThanOrEqual(1);
  expect(new Set(requests.map(({ headers }) => headers['message-id'])).size).toBe(1);
}

test('a worker that is killed while it looks what would be changed leaves nothing done, and another one asks', async () => {
  await using world = await startWorld();
  const runId = await startRun(world);
  world.tenant.injectFault({ match: { method: 'GET', path: /users/ }, times: 1, delayMs: 20_000 });
  const first = world.startWorker();
  await world.app.admin.follow(runId, 0, ({ type }) => type === 'STEP_STARTED');
  await comesAbout(() => world.tenant.journal.some(({ faultId }) => faultId !== null), 'the plan is being made');
  await first.end('SIGKILL');
  world.startWorker();
  await world.app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  await approve(world);
  await expectDoneOnce(world, runId);
});

test('a mail that was being sent when its worker was killed is sent by another one, recognisably the same', async () => {
  const taken = Promise.withResolvers<undefined>();
  let answers = 0;
  await using world = await startWorld({
    onMailFrom: (_address, _session, done) => {
      answers += 1;
      if (answers > 1) return done();
      taken.resolve(undefined);
      return undefined;
    },
  });
  const runId = await startRun(world);
  const first = world.startWorker();
  await taken.promise;
  await first.end('SIGKILL');
  world.startWorker();
  await world.app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  await approve(world);
  await expectDoneOnce(world, runId);
});

/** Keeps everybody from changing a run, until it is let go. */
async function holdRun({ app }: World, runId: string) {
  const client = new pg.Client({ connectionString: app.database.url });
  await client.connect();
  await client.query('begin');
  await client.query('select from run where id = $1 for update', [runId]);
  return {
    somebodyWaits: () => comesAbout(async () => (await app.database.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rows.length > 0, 'somebody waits for the run'),
    letGo: () => client.end(),
  };
}

test('a mail that was out when its worker was killed, before it could write that down, goes out again, recognisably the same', async () => {
  let runId = '';
  let hold: Awaited<ReturnType<typeof holdRun>> | undefined;
  const world: World = await startWorld({
    onMailFrom: (_address, _session, done) => {
      if (hold) return done();
      void holdRun(world, runId).then((held) => {
        hold = held;
        done();
      });
      return undefined;
    },
  });
  await using _world = world;
  runId = await startRun(world);
  const first = world.startWorker();
  await comesAbout(() => world.server.mails.length === 1, 'the mail is out');
  await hold?.somebodyWaits();
  await first.end('SIGKILL');
  await hold?.letGo();
  world.startWorker();
  await world.app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  expect(world.server.mails).toHaveLength(2);
  await approve(world);
  await expectDoneOnce(world, runId);
});

test('an API process that is killed in the middle of a decision has decided nothing, and the decision can be made', async () => {
  await using world = await startWorld();
  const runId = await startRun(world);
  world.startWorker();
  await world.app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  const approver = await world.app.clientWith('APPROVER');
  const { api, url } = await world.startApi();
  const { approvals } = await world.app.admin.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals { nodes { id } } }');
  const hold = await holdRun(world, runId);
  const answer = new TestClient(url, approver.key).send('mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: DENY }) { approval { id } } }', { id: approvals.nodes[0]?.id }).then(() => 'answered', () => 'cut off');
  await hold.somebodyWaits();
  await api.end('SIGKILL');
  expect(await answer).toBe('cut off');
  await hold.letGo();
  await approve(world);
  await expectDoneOnce(world, runId);
});

test('nobody has to be alive while people think, and a worker that is killed right after the decision leaves it to the next', async () => {
  await using world = await startWorld();
  const runId = await startRun(world);
  const first = world.startWorker();
  await world.app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  await first.end('SIGKILL');
  await approve(world);
  world.startWorker();
  await expectDoneOnce(world, runId);
});

test('while the mail server is down the run waits and nothing is lost; the mail goes out when it is back', async () => {
  await using world = await startWorld();
  const { port } = world.server;
  await world.server[Symbol.asyncDispose]();
  const runId = await startRun(world);
  world.startWorker();
  const told = await world.app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  expect(told.at(-1)?.message).toContain('could not be reached yet');
  await using back = await startSmtpServer({}, port);
  await world.app.admin.follow(runId, told.length, ({ message }) => message.includes('was asked to decide'));
  expect(back.mails).toHaveLength(1);
  await approve(world);
  expect((await world.app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});
