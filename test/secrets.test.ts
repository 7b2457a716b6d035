import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Canaries, HeardClient, canary, dumpDatabase } from './support/canaries.js';
import { startCommand, type OwnProcess } from './support/child-process.js';
import { sign } from './support/hook-sender.js';
import { startSmtpServer } from './support/smtp-server.js';
import { TestClient } from './support/test-client.js';
import { createTestDatabase } from './support/test-database.js';
import { comesAbout, until } from './support/until.js';

const LEAKY = new URL('./support/leaky-plugin.js', import.meta.url).href;
const CREATE_CONNECTION = 'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id name settings health { ok problemCode problem warnings } consent { status } } } }';
/** Addresses of webhooks stand in approval policies as their authors wrote them, and nowhere else: SECURITY.md says so. */
const HOLD_ADDRESSES = ['playbook_step', 'playbook_revision', 'run_step', 'approval'].map((table) => `public.${table}`);

const READ_RUN = `query ($id: ID!) { run(id: $id) { id status reason target { id displayName } events(first: 200) { sequence type message runStatus step { key } }
  steps { key status plan output error { code message remedy } attempts { number error { code message } } } } }`;

/** Everything that a service is given, each secret recognisable. */
async function startWorld(parts: AsyncDisposableStack) {
  const canaries = new Canaries();
  const database = parts.use(await createTestDatabase());
  canaries.plant('the password of the database', decodeURIComponent(new URL(database.url).password));
  const smtpPassword = canaries.plant('the password of SMTP_URL', canary('smtp'));
  const smtp = parts.use(
    await startSmtpServer({
      authOptional: false,
      authMethods: ['PLAIN', 'LOGIN'],
      // A server that answers with what it was told, as some do when they are asked to explain.
      onAuth: ({ password }, _session, done) => done(new Error(`535 login with ${password ?? ''} refused`)),
    }),
  );
  const hook = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(400, { 'x-told': request.url ?? '' }).end(`No: ${request.url ?? ''}`));
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  parts.defer(() => void hook.close());
  const hookHost = `127.0.0.1:${(hook.address() as AddressInfo).port}`;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-secrets-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const reports = path.join(folder, 'reports');
  mkdirSync(reports);
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: path.join(folder, 'data'),
    PORT: '0',
    LOG_LEVEL: 'trace',
    PLUGINS: `${LEAKY},@countermeasure/plugin-notify`,
    SECRETS_KEY: `${canaries.plant('SECRETS_KEY', randomBytes(32).toString('base64'))},${canaries.plant('an older SECRETS_KEY', randomBytes(32).toString('base64'))}`,
    LEAKY_CLIENT_SECRET: canaries.plant('the client secret of the environment', canary('client-secret')),
    LEAKY_ACCESS_TOKEN: canaries.plant('an access token of the provider', `eyJhbGciOiJub25lIn0.${Buffer.from(canary('token')).toString('base64url')}.c2lnbmVk`),
    SMTP_URL: `smtp://mailer:${smtpPassword}@127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'alerts@contoso.example',
    NOTIFY_WEBHOOK_SECRET: canaries.plant('NOTIFY_WEBHOOK_SECRET', canary('webhook-secret')),
    NOTIFY_EXTRA_HOSTS: hookHost,
    METRICS_TOKEN: canaries.plant('METRICS_TOKEN', canary('metrics-token')),
    NODE_OPTIONS: `--report-on-fatalerror --report-on-signal --report-uncaught-exception --report-directory=${reports}`,
  };
  return { canaries, database, env, hookHost, folder, reports, smtp };
}

type World = Awaited<ReturnType<typeof startWorld>>;

/** Starts the service and takes the key that it shows, once, out of what it said. */
async function startService({ canaries, env }: World, parts: AsyncDisposableStack): Promise<{ service: OwnProcess; url: string; key: string | undefined }> {
  const service = parts.use(startCommand(['serve'], { env }));
  const told = await service.says('Ctrl-C stops it');
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(told) ?? [];
  const [key] = /cmk_\S+/.exec(told) ?? [];
  if (key !== undefined) canaries.plant('the first admin key', key);
  return { service, url, key };
}

function hearProcess({ canaries }: World, what: string, { stdout, stderr }: { stdout: string; stderr: string }, shown?: string): void {
  canaries.hear(`standard output of ${what}`, shown === undefined ? stdout : stdout.replace(shown, 'the key that is shown this once'));
  canaries.hear(`standard error of ${what}`, stderr);
}

/** Files of a folder, with their contents. */
function hearFiles({ canaries }: World, folder: string, mayHoldSecrets: readonly string[]): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    if (mayHoldSecrets.includes(entry.name)) expect(statSync(file).mode & 0o777).toBe(0o600);
    else canaries.hear(`the file ${path.relative(folder, file)}`, readFileSync(file, 'latin1'));
  }
}

/** What a socket is told, until it ends. */
async function hearSocket(canaries: Canaries, url: string, authorization: string, query: string, variables: Record<string, unknown> = {}): Promise<void> {
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    on: { message: (message) => canaries.hear('a message on a socket', JSON.stringify(message)) },
  });
  try {
    for await (const result of socket.iterate({ query, variables })) canaries.hear('an event on a socket', JSON.stringify(result));
  } catch (error) {
    canaries.hear('the end of a socket', error instanceof Error ? error.message : JSON.stringify(error) + String((error as CloseEvent).reason));
  } finally {
    await socket.dispose();
  }
}

async function runToItsEnd(world: World, client: HeardClient, connectionId: string, action: string, more: object = {}): Promise<string> {
  const playbook = await client.createPlaybook([{ action: `leaky:${action}`, connectionId, retry: { maxAttempts: 1 } }]);
  const runId = await client.run(playbook.id, more);
  await hearSocket(world.canaries, urlOf(client), `Bearer ${client.key}`, 'subscription ($runId: ID!) { runProgress(runId: $runId) { sequence type message runStatus } }', { runId });
  await client.ask(READ_RUN, { id: runId });
  return runId;
}

const urls = new WeakMap<TestClient, string>();
const urlOf = (client: TestClient): string => urls.get(client) ?? '';

/** A service with its clients: one that is heard, and one for the answers that tell a secret to the one who asked, once. */
interface Told extends World {
  readonly service: OwnProcess;
  readonly url: string;
  readonly key: string;
  readonly admin: HeardClient;
  readonly quiet: TestClient;
}

test('what a service is told in confidence is found in nothing that comes out of it, whatever fails', async () => {
  await using parts = new AsyncDisposableStack();
  const world = await startWorld(parts);
  const { service, url, key = '' } = await startService(world, parts);
  const admin = new HeardClient(world.canaries, url, key);
  urls.set(admin, url);
  const told: Told = { ...world, service, url, key, admin, quiet: new TestClient(url, key) };
  const { canaries, env } = told;

  await presentKeys(told);
  const connectionId = await giveCredentials(told);
  await putSecretsInWrongPlaces(told);
  await answerConsents(told);
  await postToHooks(told);
  await failFeed(told, connectionId);
  for (const action of ['quote', 'fault', 'progress', 'output']) await runToItsEnd(world, admin, connectionId, action);
  await runToItsEnd(world, admin, connectionId, 'output', { dryRun: true });
  const hookAddress = await askPeople(told, connectionId);
  await useCommands(told);
  await admin.ask('{ auditLog(first: 100) { nodes { action subject details actor { __typename ... on ApiKey { id name prefix } } } } }');
  for (const authorization of [`Bearer ${env.METRICS_TOKEN}`, `Bearer ${key}`, `Bearer ${env.METRICS_TOKEN}x`]) canaries.hear('the metrics', await (await fetch(`${url}/metrics`, { headers: { authorization } })).text());

  hearProcess(world, 'the service', await service.end('SIGTERM'), key);
  for (const { table, text } of await dumpDatabase(env.DATABASE_URL)) canaries.hear(`the table ${table}`, HOLD_ADDRESSES.includes(table) ? text.replaceAll(hookAddress, 'the address of a webhook') : text);
  hearFiles(world, world.folder, ['admin-key']);
  expect(canaries.leaks()).toEqual([]);
}, 300_000);

async function presentKeys({ canaries, url, admin, quiet }: Told): Promise<void> {
  const { createApiKey } = await quiet.ask<{ createApiKey: { secret: string; apiKey: { id: string } } }>('mutation { createApiKey(input: { name: "Soon gone", roles: [VIEWER] }) { secret apiKey { id } } }');
  const revoked = canaries.plant('a revoked API key', createApiKey.secret);
  await admin.ask('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id prefix } } }', { id: createApiKey.apiKey.id });
  const malformed = canaries.plant('a malformed API key', `cmk_${canary('malformed')}`);
  for (const secret of [revoked, malformed, canaries.plant('a token of somebody else', `eyJhbGciOiJSUzI1NiJ9.${canary('foreign')}.c2ln`)]) {
    await new HeardClient(canaries, url, secret).send('{ viewer { roles } }');
    await hearSocket(canaries, url, `Bearer ${secret}`, 'subscription { approvalActivity { id } }');
  }
}

/** A credential that works, and one that is refused and quoted. */
async function giveCredentials({ canaries, admin }: Told): Promise<string> {
  const input = { provider: 'leaky', name: 'Own', settings: { tenantId: 't' }, credential: { key: canaries.plant('a credential of a connection', canary('own-key')) } };
  const { createConnection } = await admin.ask<{ createConnection: { connection: { id: string } } }>(CREATE_CONNECTION, { input });
  const refused = `${canaries.plant('a refused credential', canary('refused-key'))}-refused`;
  await admin.send(CREATE_CONNECTION, { input: { ...input, name: 'Refused', credential: { key: refused } } });
  const connectionId = createConnection.connection.id;
  await admin.send('query ($connectionId: ID) { searchTargets(connectionId: $connectionId, query: "ada") { id } }', { connectionId });
  await admin.send('{ connections { id name settings revision health { ok problem problemCode warnings } consent { status } } providers { id connectionCredential connectionSettings } }');
  return connectionId;
}

async function putSecretsInWrongPlaces({ canaries, url, admin }: Told): Promise<void> {
  const wrong = canaries.plant('a secret in a malformed input', canary('malformed-input'));
  const input = { provider: 'leaky', name: 'x', settings: { tenantId: 't' } };
  for (const credential of [wrong, [wrong], { key: { deep: wrong } }, { more: wrong }, { key: 'short', more: wrong }, 7]) await admin.send(CREATE_CONNECTION, { input: { ...input, credential } });
  await admin.send(CREATE_CONNECTION, { input: wrong });
  await admin.send(CREATE_CONNECTION, { input: { ...input, more: wrong } });
  await admin.send(`mutation { createConnection(input: { provider: "leaky", name: 7, settings: "${wrong}", credential: "${wrong}" }) { connection { id } } }`);
  await admin.send(`mutation { createConnection(input: "${wrong}") { connection { id } } }`);
  await admin.post(`{"query": "{ viewer { roles } }", "variables": {"credential": ${wrong}}}`);
  await admin.post(`{"query": "{ viewer { roles } }", "variables": "${wrong}"}`);
  for (const address of [`${url}/graphql?query={viewer{roles}}&token=${wrong}`, `${url}/approvals/${wrong}`, `${url}/consent/callback?state=${wrong}`]) canaries.hear('a page', await (await fetch(address)).text());
}

/** The link's state, and answers that quote it. */
async function answerConsents({ canaries, env, url, quiet }: Told): Promise<void> {
  const { connections } = await quiet.ask<{ connections: { consent: { url: string | null } }[] }>('{ connections { consent { url } } }');
  const state = canaries.plant('a state of a consent', new URL(connections[0]?.consent.url ?? '').searchParams.get('state') ?? '');
  const described = env.LEAKY_CLIENT_SECRET;
  for (const query of [`state=${state}&error=access_denied&error_description=${described}`, `state=${state}`, `state=${state}x`, `state=${state}&tenant=${described}`]) {
    const response = await fetch(`${url}/consent/callback?${query}`, { redirect: 'manual' });
    canaries.hear('the page after a consent', JSON.stringify([...response.headers]) + (await response.text()));
  }
}

/** Secrets of an event source, before and now, and hooks that are refused. */
async function postToHooks({ canaries, url, quiet }: Told): Promise<void> {
  const { createEventSource } = await quiet.ask<{ createEventSource: { secret: string; source: { id: string } } }>('mutation { createEventSource(input: { name: "siem", eventType: "leaky:signal" }) { secret source { id } } }');
  const before = canaries.plant('the secret before of an event source', createEventSource.secret);
  const { rotateEventSourceSecret } = await quiet.ask<{ rotateEventSourceSecret: { secret: string } }>('mutation ($id: ID!) { rotateEventSourceSecret(input: { id: $id }) { secret } }', { id: createEventSource.source.id });
  canaries.plant('the secret of an event source', rotateEventSourceSecret.secret);
  const body = '{"user":"ada@contoso.example"}';
  const signed = sign(before, body);
  for (const [headers, sent] of [[signed, body], [signed, '{"user":"eve"}'], [{ ...signed, authorization: `Bearer ${before}` }, before], [{ 'content-type': 'text/plain' }, before]] as const) {
    const response = await fetch(`${url}/hooks/siem`, { method: 'POST', headers, body: sent });
    canaries.hear('the answer of a hook', JSON.stringify([...response.headers]) + (await response.text()));
  }
}

async function failFeed({ admin }: Told, connectionId: string): Promise<void> {
  await admin.ask('mutation ($connectionId: ID!) { switchEventFeed(input: { connectionId: $connectionId, eventType: "leaky:signal", active: true }) { feed { id } } }', { connectionId });
  const feeds = () => admin.ask<{ node: { feeds: { problem: object | null }[] } }>('query ($id: ID!) { node(id: $id) { ... on Connection { feeds { problem { code message remedy } } } } }', { id: connectionId });
  await until(feeds, ({ node }) => node.feeds.some(({ problem }) => problem !== null));
}

/** A mail server and webhooks that quote what they are told. */
async function askPeople({ canaries, url, hookHost, admin, quiet }: Told, connectionId: string): Promise<string> {
  const address = `http://${hookHost}/services/${canaries.plant('the path of a webhook', canary('hook-path'))}?sig=${canaries.plant('the signature in the address of a webhook', canary('hook-sig'))}`;
  const contacts = [{ channel: 'EMAIL', address: 'grace@contoso.example' }, ...['SLACK', 'TEAMS', 'WEBHOOK'].map((channel) => ({ channel, address }))];
  const playbook = await quiet.createPlaybook([{ action: 'leaky:output', connectionId, approval: { contacts } }]);
  const runId = await admin.run(playbook.id);
  await until(() => admin.read(runId), ({ events }) => events.filter(({ type }) => type === 'APPROVAL_NOTIFIED').length >= contacts.length);
  const { createApiKey } = await quiet.ask<{ createApiKey: { secret: string } }>('mutation { createApiKey(input: { name: "Responder", roles: [RESPONDER, APPROVER] }) { secret } }');
  const approver = new HeardClient(canaries, url, canaries.plant('a valid API key', createApiKey.secret));
  const { approvals } = await approver.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals { nodes { id plan policy { contacts { address name } } notifications { status error contact { address } } } } }');
  await approver.ask('mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: DENY, comment: "No" }) { approval { id } } }', { id: approvals.nodes[0]?.id });
  return address;
}

/** The commands beside a running service, without its database, and with faults in what they are given. */
async function useCommands(told: Told): Promise<void> {
  const { env } = told;
  const elsewhere = { ...env, DATABASE_URL: env.DATABASE_URL.replace(/@[^/]+/, '@127.0.0.1:1') };
  const faulty = { ...env, SECRETS_KEY: `${env.SECRETS_KEY}x`, SMTP_URL: env.SMTP_URL.replace('smtp:', 'ftp:'), DATABASE_URL: env.DATABASE_URL.replace('postgres:', 'mysql:'), LOG_LEVEL: env.LEAKY_CLIENT_SECRET };
  const uses: [string, string[], Readonly<Record<string, string>>][] = [
    ['beside the service', ['doctor'], env],
    ['beside the service', ['keys', 'list'], env],
    ['beside the service', ['plugins'], env],
    ['beside the service', ['secrets', 'rotate'], env],
    ['beside the service', ['audit', 'export'], env],
    ['without its database', ['serve'], elsewhere],
    ['without its database', ['doctor'], elsewhere],
    ['with a faulty configuration', ['serve'], faulty],
    ['with a faulty configuration', ['doctor'], faulty],
  ];
  for (const [how, args, given] of uses) hearProcess(told, `${args.join(' ')} ${how}`, await startCommand(args, { env: given }).ended);
}

test.each(['escape', 'reject'])('a fault that nobody catches (%s) ends the service with a line in its log, and no report or trace holds a secret', async (way) => {
  await using parts = new AsyncDisposableStack();
  const world = await startWorld(parts);
  const { service, url, key = '' } = await startService(world, parts);
  const client = new TestClient(url, key);
  const { createConnection } = await client.ask<{ createConnection: { connection: { id: string } } }>(CREATE_CONNECTION, { input: { provider: 'leaky', name: 'Own', settings: { tenantId: 't' }, credential: { key: world.canaries.plant('a credential of a connection', canary('own-key')) } } });
  const playbook = await client.createPlaybook([{ action: `leaky:${way}`, connectionId: createConnection.connection.id }]);
  await client.run(playbook.id);
  const ended = await service.ended;
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/"level":60.*nobody caught/);
  hearProcess(world, 'the service', ended, key);
  hearFiles(world, world.folder, ['admin-key']);
  expect(world.canaries.leaks()).toEqual([]);
});

test('a report that Node writes, on a signal or as it crashes, is without the environment', async () => {
  await using parts = new AsyncDisposableStack();
  const world = await startWorld(parts);
  const { service, key } = await startService(world, parts);
  process.kill(service.pid, 'SIGUSR2');
  await comesAbout(() => readdirSync(world.reports).length > 0, 'the report is written');
  hearProcess(world, 'the service', await service.end('SIGTERM'), key);
  hearFiles(world, world.folder, ['admin-key']);
  expect(world.canaries.leaks()).toEqual([]);
});
