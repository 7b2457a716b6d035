import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { ConnectionStore } from '../../src/connections/connection.store.js';
import { CredentialVault } from '../../src/connections/credential-vault.js';
import { rotateCredentials } from '../../src/connections/rotate-credentials.js';
import { Database } from '../../src/db/database.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTestDatabase } from '../support/test-database.js';

const SECRET = 'canary-7f3e-own-key';
const create = 'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id revision settings health { ok problemCode problem } } } }';
const update = 'mutation ($input: UpdateConnectionInput!) { updateConnection(input: $input) { connection { id revision health { ok problemCode } } } }';
const ownConnection = { provider: 'lab', name: 'Own app', settings: { tenantId: 'tenant-1' }, credential: { key: SECRET } };

interface Created {
  readonly createConnection: { connection: { id: string; revision: number; health: { ok: boolean; problemCode: string | null; problem: string | null } } };
}

async function createOwn(app: TestApp): Promise<string> {
  return (await app.admin.ask<Created>(create, { input: ownConnection })).createConnection.connection.id;
}

/** Every row of every table, as text. */
async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`);
  const texts: string[] = [];
  for (const { name } of tables) texts.push(...(await client.query<{ line: string }>(`select t::text as line from ${name} t`)).rows.map(({ line }) => line));
  await client.end();
  return texts.join('\n');
}

async function sql(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

test('a connection\'s own credential reaches its client, and is found nowhere else: not in the database, the API or the log', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  await using app = await startTestApp({ logger });
  const connectionId = await createOwn(app);

  expect(app.lab.credentials).toEqual([SECRET]);
  const dumped = await dump(app.database.url);
  expect(dumped).toContain(connectionId);
  expect(dumped).not.toContain(SECRET);
  const read = await app.admin.send('{ connections { id name settings revision } providers { connectionCredential connectionSettings } }');
  expect(JSON.stringify(read)).not.toContain(SECRET);
  expect(lines.join()).not.toContain(SECRET);
});

test('a credential of a bad shape is refused, all faults at once, and is not echoed', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const refusal = await app.admin.refusal(create, { input: { ...ownConnection, credential: { key: 'geheim', other: 'geheim-2' } } });
  expect(refusal.extensions.problems?.map(({ path }) => path.join('.')).sort()).toEqual(['input.credential.key', 'input.credential.other']);
  expect(JSON.stringify(refusal)).not.toContain('geheim');
});

test('a credential is replaced by another and taken away by null; anything else of the connection stays', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const id = await createOwn(app);
  await app.admin.ask(update, { input: { id, revision: 1, name: 'Renamed' } });
  await app.admin.ask(update, { input: { id, revision: 2, credential: { key: 'another-key' } } });
  await app.admin.ask(update, { input: { id, revision: 3, credential: null } });
  expect(app.lab.credentials).toEqual([SECRET, 'another-key', undefined]);
  expect((await app.admin.refusal(update, { input: { id, revision: 3, name: 'Late' } })).extensions.code).toBe('CONFLICT');
});

test('without SECRETS_KEY no credential is stored, and the refusal says what to set', async () => {
  await using app = await startTestApp({ runsEngine: false, secretsKeys: [] });
  const refusal = await app.admin.refusal(create, { input: ownConnection });
  expect(refusal.extensions.code).toBe('PRECONDITION_FAILED');
  expect(refusal.message).toMatch(/SECRETS_KEY.*openssl rand/);
  expect((await app.admin.ask<{ connections: object[] }>('{ connections { id } }')).connections).toEqual([]);
});

test('a sealed credential does not open for another connection', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const own = await createOwn(app);
  const other = await app.admin.connect();
  await sql(app.database.url, `insert into connection_credential select '${other}', sealed, key_id, saved_at from connection_credential where connection_id = '${own}'`);
  await sql(app.database.url, `update connection set revision = 2 where id = '${other}'`);
  const { checkConnection } = await app.admin.ask<{ checkConnection: Created['createConnection'] }>('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { health { ok problemCode problem } } } }', { id: other });
  expect(checkConnection.connection.health.ok).toBe(false);
  expect(JSON.stringify(checkConnection)).not.toContain(SECRET);
  expect(app.lab.credentials).toEqual([SECRET, undefined]);
});

test('keys are changed without asking anybody for a secret: rotated under the new one, the old one can go; without it before that, health says so', async () => {
  await using database = await createTestDatabase();
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const health = async (secretsKeys: Uint8Array[]) => {
    await using app = await startTestApp({ runsEngine: false, database, secretsKeys });
    const { connections } = await app.admin.ask<{ connections: { id: string }[] }>('{ connections { id } }');
    const id = connections[0]?.id ?? (await createOwn(app));
    const { checkConnection } = await app.admin.ask<{ checkConnection: Created['createConnection'] }>('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { health { ok problemCode problem } } } }', { id });
    return { ...checkConnection.connection.health, used: app.lab.credentials.at(-1) };
  };
  expect(await health([old])).toMatchObject({ ok: true, used: SECRET });
  expect(await health([fresh])).toMatchObject({ ok: false, problemCode: 'CREDENTIAL_UNREADABLE', problem: expect.stringContaining('SECRETS_KEY'), used: undefined });
  expect(await health([fresh, old])).toMatchObject({ ok: true, used: SECRET });

  const pool = await Database.connect(new DataSource(dataSourceOptions(database.url, 2)), database.url);
  const rotate = () => rotateCredentials({ database: pool, connections: new ConnectionStore(), vault: new CredentialVault([fresh, old]) });
  expect(await rotate()).toBe(1);
  expect(await rotate()).toBe(0);
  await pool.close();
  expect(await health([fresh])).toMatchObject({ ok: true, used: SECRET });
});

test('a connection that steps use is not deleted, and the refusal names the playbook; once deleted its credential is gone and old runs stay', async () => {
  await using app = await startTestApp();
  const connectionId = await createOwn(app);
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }], { name: 'Contain' });
  const runId = await app.admin.run(playbook.id);
  await app.admin.follow(runId);
  const remove = 'mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id deletedAt } } }';
  const refusal = await app.admin.refusal(remove, { id: connectionId });
  expect([refusal.extensions.code, refusal.message]).toEqual(['PRECONDITION_FAILED', expect.stringContaining('"Contain"')]);

  await app.admin.ask('mutation ($id: ID!) { deletePlaybook(input: { id: $id }) { playbook { id } } }', { id: playbook.id });
  await app.admin.ask(remove, { id: connectionId });

  expect((await app.admin.read(runId)).status).toBe('SUCCEEDED');
  expect((await app.admin.ask<{ connections: object[] }>('{ connections { id } }')).connections).toEqual([]);
  expect(await dump(app.database.url)).not.toContain('A256GCMKW');
});

test('what is still under way when its connection is deleted never goes on with the credential of the environment', async () => {
  await using app = await startTestApp();
  const connectionId = await createOwn(app);
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:beta', connectionId }]);
  app.lab.behaviours.set('alpha', async () => {
    await app.admin.ask('mutation ($id: ID!) { deletePlaybook(input: { id: $id }) { playbook { id } } }', { id: playbook.id });
    await app.admin.ask('mutation ($id: ID!) { deleteConnection(input: { id: $id }) { connection { id } } }', { id: connectionId });
  });
  const runId = await app.admin.run(playbook.id);
  await app.admin.follow(runId);
  expect((await app.admin.read(runId)).steps.map(({ status, error }) => [status, error?.code])).toEqual([['SUCCEEDED', undefined], ['FAILED', 'CONNECTION_DELETED']]);
  expect(app.lab.credentials).toEqual([SECRET]);
});
