import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startCommand, type Ended } from '../support/child-process.js';
import { createSource, postHook, sign } from '../support/hook-sender.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { comesAbout } from '../support/until.js';

const COUNT = 12;
const CREATE = 'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }';
const UPDATE = 'mutation ($input: UpdateConnectionInput!) { updateConnection(input: $input) { connection { id health { ok } } } }';
const [old, fresh] = [randomBytes(32), randomBytes(32)];

let database: TestDatabase;
let app: TestApp;
let connectionIds: string[];
let secret: string;

beforeEach(async () => {
  database = await createTestDatabase();
  app = await startTestApp({ runsEngine: false, database, secretsKeys: [old] });
  connectionIds = [];
  for (let index = 0; index < COUNT; index += 1) {
    const input = { provider: 'lab', name: `Own ${index}`, settings: { tenantId: 'tenant-1' }, credential: { key: `credential-${index}` } };
    connectionIds.push((await app.admin.ask<{ createConnection: { connection: { id: string } } }>(CREATE, { input })).createConnection.connection.id);
  }
  ({ secret } = await createSource(app, 'siem'));
});

afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const rotate = () => startCommand(['secrets', 'rotate'], { env: { DATABASE_URL: database.url, SECRETS_KEY: [fresh, old].map((key) => key.toString('base64')).join() } });

/** Starts again as the procedure says, with these keys, and gives what each connection's client gets. */
async function restart(...secretsKeys: Uint8Array[]): Promise<void> {
  await app[Symbol.asyncDispose]();
  app = await startTestApp({ runsEngine: false, database, secretsKeys });
}

async function credentials(): Promise<(string | undefined)[]> {
  const { credentials: seen } = app.lab;
  seen.length = 0;
  for (const id of connectionIds) await app.admin.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { health { ok } } } }', { id });
  return [...seen];
}

const planted = Array.from({ length: COUNT }, (_none, index) => `credential-${index}`);
const post = async (): Promise<number> => (await postHook(app, 'siem', '{"user":"ada@contoso.example"}', sign(secret, '{"user":"ada@contoso.example"}'))).status;

/** Holds a row, so that a rotation stands in the middle of its work. */
async function holdRow(sql: string): Promise<{ release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin');
  await client.query(sql);
  return { release: () => client.query('rollback').then(() => client.end()) };
}

const isWaiting = async (): Promise<boolean> => (await database.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rows.length > 0;
const toldEnd = ({ code, stderr }: Ended) => ({ code, stderr });

test('after a rotation beside the running service the old key is of no more use, and nothing is lost', async () => {
  await restart(fresh, old);
  const { stdout, ...end } = await rotate().ended;
  expect(end).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`${COUNT + 1} stored credentials`);
  expect(await credentials()).toEqual(planted);
  expect(await post()).toBe(202);
  await restart(fresh);
  expect(await credentials()).toEqual(planted);
  expect(await post()).toBe(202);
});

test.each([
  ['among the credentials', 'select from connection_credential order by connection_id desc limit 1 for update'],
  ['between the credentials and the secrets of event sources', 'select from event_source for update'],
])('a rotation that is killed %s loses nothing, and is simply run again', async (_where, hold) => {
  await restart(fresh, old);
  const held = await holdRow(hold);
  const first = rotate();
  await comesAbout(isWaiting, 'the rotation stands at the held row');
  await first.end('SIGKILL');
  await held.release();
  await restart(fresh, old);
  expect(await credentials()).toEqual(planted);
  expect(await post()).toBe(202);
  expect(toldEnd(await rotate().ended)).toEqual({ code: 0, stderr: '' });
  await restart(fresh);
  expect(await credentials()).toEqual(planted);
  expect(await post()).toBe(202);
});

test('a credential that is changed while the rotation is under way stays as it was changed', async () => {
  await restart(fresh, old);
  const held = await holdRow(`select from connection_credential where connection_id = '${connectionIds[0]}' for update`);
  const rotation = rotate();
  await comesAbout(isWaiting, 'the rotation stands at the held row');
  const changed = app.admin.ask(UPDATE, { input: { id: connectionIds.at(-1), revision: 1, credential: { key: 'changed-meanwhile' } } });
  await held.release();
  await changed;
  expect(toldEnd(await rotation.ended)).toEqual({ code: 0, stderr: '' });
  await restart(fresh);
  expect(await credentials()).toEqual([...planted.slice(0, -1), 'changed-meanwhile']);
});

test('without the old key the rotation is refused by its name, and everything stays as it was', async () => {
  const { code, stderr } = await startCommand(['secrets', 'rotate'], { env: { DATABASE_URL: database.url, SECRETS_KEY: fresh.toString('base64') } }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/encrypted under the key [0-9a-f]{12}, which is not in SECRETS_KEY/);
  await restart(old);
  expect(await credentials()).toEqual(planted);
});
