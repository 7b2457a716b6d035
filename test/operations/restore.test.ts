import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startCommand, type OwnProcess } from '../support/child-process.js';
import { findFreePort } from '../support/free-port.js';
import { pause, resume } from '../support/guardrails.js';
import { startTestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { createTestDatabase } from '../support/test-database.js';

const run = promisify(execFile);
const TEST_WITHIN_MS = 180_000;

let folder: string;
const processes: OwnProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-restore-'));
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((started) => started.end('SIGTERM')));
  rmSync(folder, { recursive: true, force: true });
});

/** The major version of pg_dump; 0: there is none. */
function dumpVersion(): number {
  try {
    return Number(/\d+/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

async function serverVersion(): Promise<number> {
  await using database = await createTestDatabase({ isEmpty: true });
  return Math.floor(Number((await database.query('show server_version_num')).rows[0]?.['server_version_num']) / 10_000);
}

/** pg_dump reads servers of its own version and older ones; TEST_DATABASE_URL names one that it can read. PG_DUMP_REQUIRED: that it cannot is a failure. */
const restoring = process.env['PG_DUMP_REQUIRED'] !== undefined || dumpVersion() >= (await serverVersion()) ? test : test.skip;

restoring('what pg_dump took while runs were under way comes back by pg_restore: nothing that was done is done again, and the rest goes on when it may', async () => {
  await using restored = await createTestDatabase({ isEmpty: true });
  const secretsKeys = [randomBytes(32)];
  const dump = path.join(folder, 'countermeasure.dump');

  const source = await startTestApp({ secretsKeys });
  const { createConnection } = await source.admin.ask<{ createConnection: { connection: { id: string } } }>('mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }', { input: { provider: 'lab', name: 'A tenant', settings: { tenantId: 'tenant-1' }, credential: { key: 'key-of-the-tenant' } } });
  const connectionId = createConnection.connection.id;
  const [simple, asking] = [
    await source.admin.createPlaybook([{ key: 'one', action: 'lab:alpha', connectionId }, { key: 'two', action: 'lab:beta', connectionId }]),
    await source.admin.createPlaybook([{ key: 'one', action: 'lab:gamma', connectionId, approval: { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] } }]),
  ];
  const done = await source.admin.run(simple.id);
  await source.admin.follow(done);
  const waiting = await source.admin.run(asking.id);
  await source.admin.follow(waiting, 0, ({ type }) => type === 'APPROVAL_REQUESTED');
  let release = (): void => undefined;
  source.lab.behaviours.set('beta', () => new Promise((resolve) => (release = resolve)));
  const underWay = await source.admin.run(simple.id, { target: { kind: 'USER', id: 'bob@contoso.example' } });
  await source.admin.follow(underWay, 0, ({ type, step }) => type === 'STEP_STARTED' && step?.key === 'two');
  await run('pg_dump', ['--format=custom', '--no-owner', `--file=${dump}`, source.database.url]);
  release();
  await source[Symbol.asyncDispose]();

  await run('pg_restore', ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${restored.url}`, dump]);
  await expect(restored.query(`update audit_entry set action = 'nothing'`)).rejects.toThrow(/permission denied|append/);

  // First the API alone: nothing runs, and whoever restores pauses all.
  await using api = await startTestApp({ database: restored, secretsKeys, runsEngine: false });
  const admin = new TestClient(api.app.url, source.admin.key);
  await pause(admin);
  expect((await admin.read(done)).status).toBe('SUCCEEDED');
  expect((await admin.read(underWay)).steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'RUNNING']);
  const verified = await startCommand(['audit', 'verify'], { env: { DATABASE_URL: restored.url } }).ended;
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^The audit log is whole: \d+ entries/) });

  // Workers find that the one of the backup is gone; what it was in the middle of is held by the pause.
  await using workers = await startTestApp({ database: restored, secretsKeys });
  await admin.follow(underWay, 0, ({ type }) => type === 'RUN_PAUSED');
  expect(workers.lab.calls).toEqual([]);
  await resume(admin);
  expect((await admin.follow(underWay)).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(workers.lab.calls.map(({ action, target }) => [action, target])).toEqual([['beta', 'bob@contoso.example']]);
  expect(workers.lab.credentials).toEqual(['key-of-the-tenant']);

  const { approvals } = await admin.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals { nodes { id } } }');
  await (await api.clientWith('APPROVER')).ask('mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id } } }', { input: { approvalId: approvals.nodes[0]?.id, decision: 'DENY', comment: 'It is over.' } });
  expect((await admin.follow(waiting)).at(-1)?.type).toBe('RUN_DENIED');
}, TEST_WITHIN_MS);

test('a copy of the data folder of a stopped service is the service again, elsewhere', async () => {
  const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
  const original = await serve(first);
  const [, settings = '', provider = ''] = /Connection settings {2}(\{.*\}) {2}\(provider (\S+)\)/.exec(original.told) ?? [];
  const [, user = ''] = /A user to try +(\S+)/.exec(original.told) ?? [];
  const client = new TestClient(original.url, /cmk_\S+/.exec(original.told)?.[0] ?? '');
  const connectionId = await client.connect(provider, JSON.parse(settings) as object);
  const { id } = await client.createPlaybook([{ key: 'suspend', action: `${provider}:suspend-user`, connectionId }]);
  const runId = await client.run(id, { target: { kind: 'USER', id: user } });
  await client.follow(runId);
  const before = await client.read(runId);
  expect(before.status).toBe('SUCCEEDED');
  expect(await original.process.end('SIGTERM')).toMatchObject({ code: 0 });

  execFileSync('cp', ['-a', first, second]);
  rmSync(first, { recursive: true });
  const copy = await serve(second);
  const again = new TestClient(copy.url, client.key);
  expect(await again.read(runId)).toEqual(before);
  expect((await again.follow(await again.run(id, { target: { kind: 'USER', id: user } }))).at(-1)?.type).toBe('RUN_SUCCEEDED');
}, TEST_WITHIN_MS);

async function serve(dataDir: string): Promise<{ process: OwnProcess; url: string; told: string }> {
  const port = await findFreePort();
  const started = startCommand(['serve'], { cwd: folder, env: { DATA_DIR: dataDir, PORT: String(port) } });
  processes.push(started);
  return { process: started, url: `http://127.0.0.1:${port}`, told: await started.says('Ctrl-C stops it') };
}
