import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '../../src/db/migrate.js';
import { OwnProgram, freePort, hasProgram } from '../support/programs.js';
import { startTestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { TestClient } from '../support/test-client.js';

const testHere = hasProgram('pgbouncer') ? test : test.skip;

/** A pooler in transaction mode that has fewer connections to the database than the service has of its own. */
class Pooler implements AsyncDisposable {
  private constructor(
    private readonly program: OwnProgram,
    private readonly folder: string,
    readonly url: string,
  ) {}

  static async start(database: TestDatabase): Promise<Pooler> {
    const { hostname, port: serverPort, username, password, pathname } = new URL(database.url);
    const port = await freePort();
    const folder = mkdtempSync(path.join(tmpdir(), 'pooler-'));
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
    writeFileSync(
      path.join(folder, 'pooler.ini'),
      `[databases]\n* = host=${hostname} port=${serverPort}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = plain\nauth_file = ${folder}/users.txt\npool_mode = transaction\ndefault_pool_size = 3\nmax_client_conn = 200\nlogfile =\npidfile =\n`,
    );
    const program = await OwnProgram.start('pgbouncer', ['-q', path.join(folder, 'pooler.ini')], port, nobody());
    return new Pooler(program, folder, `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

/** It refuses to run as root. */
function nobody(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

testHere('behind a pooler in transaction mode runs, approvals and followers are as without one, over three connections', async () => {
  await using database = await createTestDatabase();
  await using pooler = await Pooler.start(database);
  await using app = await startTestApp({ database: { ...database, url: pooler.url, [Symbol.asyncDispose]: () => Promise.resolve() }, databaseDirectUrl: database.url });
  const connectionId = await app.admin.connect();
  const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:beta', connectionId, approval: { contacts: [{ channel: 'EMAIL', address: 'ada@contoso.example' }] } }]);
  const runIds = await Promise.all(Array.from({ length: 20 }, (_item, index) => app.admin.run(id, { target: { kind: 'USER', id: `user-${index}` }, idempotencyKey: `run ${index}` })));
  const approver = await app.clientWith('APPROVER');
  await Promise.all(runIds.map(async (runId) => {
    await app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_REQUESTED');
    const { run } = await app.admin.ask<{ run: { steps: { approval: { id: string } | null }[] } }>('query ($id: ID!) { run(id: $id) { steps { approval { id } } } }', { id: runId });
    await approver.ask('mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: APPROVE }) { approval { status } } }', { id: run.steps.flatMap(({ approval }) => approval?.id ?? [])[0] });
    const events = await new TestClient(app.app.url, app.admin.key).follow(runId);
    expect(events.at(-1)).toMatchObject({ type: 'RUN_SUCCEEDED' });
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  }));
  expect(app.lab.calls).toHaveLength(40);
  expect(await app.admin.run(id, { target: { kind: 'USER', id: 'user-3' }, idempotencyKey: 'run 3' })).toBe(runIds[3]);
});

testHere('a pooler that is taken for the database itself is found out, with what to set', async () => {
  await using database = await createTestDatabase();
  await using pooler = await Pooler.start(database);
  await expect(migrateDatabase(pooler.url)).rejects.toThrow('give its own address in DATABASE_DIRECT_URL');
  await expect(startTestApp({ database: { ...database, url: pooler.url } })).rejects.toThrow('give its own address in DATABASE_DIRECT_URL');
});
