import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { isRunning, startCommand, type OwnProcess } from '../support/child-process.js';
import { findFreePort } from '../support/free-port.js';
import { comesAbout } from '../support/until.js';
import { TestClient } from '../support/test-client.js';

const IS_UP = 'Ctrl-C stops it';

let folder: string;
const processes: OwnProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-serve-'));
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((started) => started.end('SIGKILL')));
  const pid = serverPid();
  if (pid !== undefined) await comesAbout(() => !isRunning(pid), 'the database of a failed test is gone');
  rmSync(folder, { recursive: true, force: true });
});

test('on nothing but defaults it says where it is and shows the first admin key once; a stop leaves nothing, and the next start finds everything again', async () => {
  const port = await findFreePort();
  const first = serve({ PORT: String(port) });
  const told = await first.says(IS_UP);
  const url = `http://127.0.0.1:${port}`;
  expect(told).toContain(`GraphQL    ${url}/graphql`);
  expect(told).toContain(`embedded PostgreSQL in ${folder}`);
  const [key = ''] = /cmk_\S+/.exec(told) ?? [];
  expect(readFileSync(keyFile(), 'utf8')).toBe(`${key}\n`);
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  expect(first.stderr).not.toContain(key);

  const playbookId = await createPlaybook(new TestClient(url, key), told);
  const database = requireServerPid();
  expect(await first.end('SIGTERM')).toMatchObject({ code: 0 });
  expect(isRunning(database)).toBe(false);
  expect(serverPid()).toBeUndefined();
  expect(await isFree(port)).toBe(true);

  const second = serve({ PORT: String(port) });
  const toldAgain = await second.says(IS_UP);
  expect(toldAgain).not.toContain('cmk_');
  expect(toldAgain).toContain(`made at the first start; it was written to ${keyFile()}`);
  expect(readFileSync(keyFile(), 'utf8')).toBe(`${key}\n`);
  const { playbook } = await new TestClient(url, key).ask<{ playbook: unknown }>('query ($id: ID!) { playbook(id: $id) { id name steps { key } } }', { id: playbookId });
  expect(playbook).toEqual({ id: playbookId, name: 'A playbook', steps: [{ key: 'clear-user-sessions' }] });

  const databaseAgain = requireServerPid();
  expect(await second.end('SIGINT')).toMatchObject({ code: 0 });
  expect(isRunning(databaseAgain)).toBe(false);
});

test('a port that is in use gives one line that says what to do and exit code 1, before anything is started', async () => {
  await using occupant = net.createServer();
  await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
  const { port } = occupant.address() as AddressInfo;
  const refused = await serve({ PORT: String(port) }).ended;
  expect(refused).toEqual({ code: 1, stdout: '', stderr: `Another program is using port ${port} on 127.0.0.1. Stop it, or choose another port: PORT=4001 npm start\n` });
  expect(readdirSync(folder)).toEqual([]);
});

test('a second start by mistake, beside a running one on the same folder, is refused and leaves the first as it is', async () => {
  const port = await findFreePort();
  const running = serve({ PORT: String(port) });
  await running.says(IS_UP);
  const database = requireServerPid();
  expect(await serve({ PORT: String(port) }).ended).toEqual({ code: 1, stdout: '', stderr: `Another program is using port ${port} on 127.0.0.1. Stop it, or choose another port: PORT=4001 npm start\n` });
  expect(requireServerPid()).toBe(database);
  const { data } = await new TestClient(`http://127.0.0.1:${port}`, readFileSync(keyFile(), 'utf8').trim()).send<{ viewer: { roles: string[] } }>('{ viewer { roles } }');
  expect(data?.viewer.roles).toEqual(['ADMIN']);
  expect(await running.end('SIGTERM')).toMatchObject({ code: 0 });
  expect(isRunning(database)).toBe(false);
});

test('an address that is not of this machine is refused with its name', async () => {
  const { code, stderr } = await serve({ PORT: '0', HOST: '192.0.2.1' }).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'HOST=192.0.2.1 is not an address of this machine.\n' });
});

test('faults of the service and an unknown plugin are told together, before anything is started', async () => {
  const { code, stdout, stderr } = await serve({ PORT: 'http', WORKER_CONCURRENCY: '0', PLUGINS: '@acme/no-such-plugin' }).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    'The configuration is not usable:',
    '  - PORT: must be a port, a number from 0 to 65535',
    '  - WORKER_CONCURRENCY: must be a number from 1 to 256',
    expect.stringMatching(/^ {2}- plugin @acme\/no-such-plugin: it cannot be loaded: Cannot find package '@acme\/no-such-plugin'$/),
    '',
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test('faults of the service and of a plugin\'s own variables are told together, none of them with its value', async () => {
  const { code, stderr } = await serve({ LOG_LEVEL: 'hunter2', ENTRA_CLIENT_ID: 'hunter2', ENTRA_CLIENT_SECRET: 'hunter2', ENTRA_GRAPH_URL: 'hunter2' }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The configuration is not usable:\n {2}- LOG_LEVEL: must be one of /);
  expect(stderr).toMatch(/^ {2}- plugin @countermeasure\/plugin-entra-id: ENTRA_GRAPH_URL: /m);
  expect(stderr).not.toContain('hunter2');
  expect(readdirSync(folder)).toEqual([]);
});

test('a .env file of the working folder is read, what is set in the environment wins over it, and its faults are told like any', async () => {
  writeFileSync(path.join(folder, '.env'), 'PORT=http\nLOG_LEVEL=loud\nWORKER_CONCURRENCY=\nHOST="127.0.0.1"\n');
  const { code, stderr } = await serve({ LOG_LEVEL: 'warn' }).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'The configuration is not usable:\n  - PORT: must be a port, a number from 0 to 65535\n' });
});

test('an unknown plugin alone is refused by its name, before anything is started', async () => {
  const { code, stderr } = await serve({ PLUGINS: '@acme/no-such-plugin' }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The configuration is not usable:\n {2}- plugin @acme\/no-such-plugin: it cannot be loaded: .*\n$/);
  expect(existsSync(path.join(folder, 'postgres'))).toBe(false);
});

test('a worker process without a configured provider is refused, since a sandbox lives in one process', async () => {
  const { code, stderr } = await serve({ LOG_LEVEL: 'warn' }, ['--role', 'worker']).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The configuration is not usable:\n {2}- A sandbox of .* lives in one process: configure the provider, or start with --role all\.\n$/);
});

test('a database that cannot be reached is told by its name and address, without its password', async () => {
  const port = await findFreePort();
  const { code, stdout, stderr } = await serve({ DATABASE_URL: `postgres://app:hunter2@127.0.0.1:${port}/incidents`, LOG_LEVEL: 'warn' }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^The database incidents at 127\\.0\\.0\\.1:${port} \\(DATABASE_URL\\) cannot be used: .*ECONNREFUSED.*\\n$`));
  expect(stdout + stderr).not.toContain('hunter2');
});

/** Only PATH, the folder and what the test says stand in its environment. */
function serve(env: Readonly<Record<string, string>>, args: readonly string[] = []): OwnProcess {
  const started = startCommand(['serve', ...args], { cwd: folder, env: { DATA_DIR: folder, ...env } });
  processes.push(started);
  return started;
}

/** On the sandbox tenant, as the start has told how. */
async function createPlaybook(client: TestClient, told: string): Promise<string> {
  const [, settings = '', provider = ''] = /Connection settings {2}(\{.*\}) {2}\(provider (\S+)\)/.exec(told) ?? [];
  const connectionId = await client.connect(provider, JSON.parse(settings) as object);
  const { id } = await client.createPlaybook([{ key: 'clear-user-sessions', action: `${provider}:clear-user-sessions`, connectionId }]);
  return id;
}

function keyFile(): string {
  return path.join(folder, 'admin-key');
}

function serverPid(): number | undefined {
  const lockFile = path.join(folder, 'postgres/data/postmaster.pid');
  return existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8').split('\n')[0]) : undefined;
}

function requireServerPid(): number {
  const pid = serverPid();
  if (pid === undefined) throw new Error(`No database runs in ${folder}.`);
  return pid;
}

async function isFree(port: number): Promise<boolean> {
  const probe = net.createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isListening) await new Promise((resolve) => probe.close(resolve));
  return isListening;
}
