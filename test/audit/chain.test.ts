import { createHash } from 'node:crypto';
import { startCommand } from '../support/child-process.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { entriesOf, verify } from './support.js';

/** An app whose log has ten entries or more. */
async function withEntries(): Promise<TestApp> {
  const app = await startTestApp({ runsEngine: false });
  for (let index = 0; index < 10; index += 1) await app.admin.createPlaybook([], { name: `Playbook ${index}` });
  return app;
}

test('entries are numbered 1, 2, 3 … and each is chained to the one before', async () => {
  await using app = await withEntries();
  const entries = await entriesOf(app);
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_entry, index) => index + 1));
  expect(entries[0]?.previousHash).toBe('0'.repeat(64));
  for (const [index, { previousHash }] of entries.slice(1).entries()) expect(previousHash).toBe(entries[index]?.hash);
  expect(await verify(app)).toEqual({ ok: true, entries: entries.length, firstBroken: null });
});

test('the service\'s own role can neither change nor delete nor truncate an entry', async () => {
  await using app = await withEntries();
  for (const sql of [`update audit_entry set action = 'nothing'`, 'delete from audit_entry', 'truncate audit_entry']) {
    await expect(app.database.query(sql)).rejects.toThrow(/permission denied for table audit_entry/);
  }
  const { rows } = await app.database.query(`select rolsuper, has_table_privilege('audit_entry', 'UPDATE') as update, has_table_privilege('audit_entry', 'DELETE') as delete, has_table_privilege('audit_entry', 'TRUNCATE') as truncate from pg_roles where rolname = current_user`);
  expect(rows).toEqual([{ rolsuper: false, update: false, delete: false, truncate: false }]);
});

test('not even a superuser changes an entry without switching off what guards it', async () => {
  await using app = await withEntries();
  for (const sql of [`update audit_entry set action = 'nothing' where sequence = 3`, 'delete from audit_entry where sequence = 3', 'truncate audit_entry']) {
    await expect(app.database.queryAsSuperuser(sql)).rejects.toThrow('The audit log is append-only.');
  }
});

const COLUMNS: Readonly<Record<string, string>> = {
  id: `'aud_01h455vb4pex5vsknk084sn02q'`,
  at: `at + interval '1 ms'`,
  actor: `'{"kind": "API_KEY", "id": "key_01h455vb4pex5vsknk084sn02q"}'`,
  action: `'deletePlaybook'`,
  subject: 'null',
  details: `details || '{"name": "Another name"}'`,
  previous_hash: `repeat('a', 64)`,
  hash: `repeat('b', 64)`,
};

test.each(Object.entries(COLUMNS))('a changed %s of one entry is found and named', async (column, value) => {
  await using app = await withEntries();
  await tamper(app, `update audit_entry set ${column} = ${value} where sequence = 5`);
  expect(await verify(app)).toEqual({ ok: false, entries: expect.any(Number), firstBroken: 5 });
});

test('any one entry that was taken out is found and named: the first, one between, and the newest', async () => {
  await using app = await withEntries();
  const { length } = await entriesOf(app);
  for (const sequence of [length, 5, 1]) {
    await tamper(app, `create table kept as select * from audit_entry where sequence = ${sequence}; delete from audit_entry where sequence = ${sequence}`);
    expect(await verify(app)).toEqual({ ok: false, entries: length - 1, firstBroken: sequence });
    await tamper(app, 'insert into audit_entry select * from kept; drop table kept');
    expect((await verify(app)).ok).toBe(true);
  }
});

test('entries that changed places, and one that was put in, are found', async () => {
  await using app = await withEntries();
  const { length } = await entriesOf(app);
  await tamper(app, `update audit_entry set sequence = 1000 where sequence = 4; update audit_entry set sequence = 4 where sequence = 5; update audit_entry set sequence = 5 where sequence = 1000`);
  expect(await verify(app)).toEqual({ ok: false, entries: length, firstBroken: 4 });
  await tamper(app, `update audit_entry set sequence = 1000 where sequence = 4; update audit_entry set sequence = 4 where sequence = 5; update audit_entry set sequence = 5 where sequence = 1000`);
  await app.database.query(`insert into audit_entry select sequence + 1, 'aud_01h455vb4pex5vsknk084sn02q', at, actor, action, subject, details, hash, hash from audit_entry where sequence = ${length}`);
  expect(await verify(app)).toEqual({ ok: false, entries: length + 1, firstBroken: length + 1 });
});

test('a log whose end is not told any more is not whole, not even when nothing is left of it', async () => {
  await using app = await withEntries();
  const { length } = await entriesOf(app);
  await tamper(app, 'delete from audit_head');
  expect(await verify(app)).toEqual({ ok: false, entries: length, firstBroken: length + 1 });
  await tamper(app, 'delete from audit_entry');
  expect(await verify(app)).toEqual({ ok: false, entries: 0, firstBroken: 1 });
});

test('twenty changes at once from two processes leave one chain without gap or fork, and what is refused leaves no entry', async () => {
  await using app = await startTestApp({ runsEngine: false });
  await using other = await startTestApp({ runsEngine: false, database: app.database });
  const before = (await entriesOf(app)).length;
  await Promise.all(Array.from({ length: 20 }, (_one, index) => (index % 2 === 0 ? app : other).admin.createPlaybook([], { name: `Playbook ${index}` })));
  await app.admin.refusal('mutation ($input: CreatePlaybookInput!) { createPlaybook(input: $input) { playbook { id } } }', { input: { name: ' ' } });
  expect(await verify(app)).toEqual({ ok: true, entries: before + 20, firstBroken: null });
});

test('the export can be checked line by line with nothing but SHA-256', async () => {
  await using app = await withEntries();
  await using command = startCommand(['audit', 'export'], { env: { DATABASE_URL: app.database.url } });
  const { code, stdout } = await command.ended;
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, string | number>);
  expect(lines.map(({ sequence }) => sequence)).toEqual((await entriesOf(app)).map(({ sequence }) => sequence));
  let previous = '0'.repeat(64);
  for (const { sequence, previousHash, hash, contentHash, ...content } of lines) {
    const sorted = JSON.stringify(content, (_key, value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));
    expect(contentHash).toBe(sha256(sorted));
    expect(previousHash).toBe(previous);
    expect(hash).toBe(sha256(`${sequence}:${previous}:${contentHash}`));
    previous = String(hash);
  }

  await using rest = startCommand(['audit', 'export', '--after', '8'], { env: { DATABASE_URL: app.database.url } });
  expect((await rest.ended).stdout.split('\n').filter(Boolean)).toEqual(stdout.split('\n').filter(Boolean).slice(8));
});

test('the command tells whether the log is whole and where it ends, and a log that was written anew does not hold the anchor', async () => {
  await using app = await withEntries();
  const [last] = (await entriesOf(app)).slice(-1);
  const audit = async (...args: string[]) => {
    await using command = startCommand(['audit', ...args], { env: { DATABASE_URL: app.database.url } });
    const { code, stdout } = await command.ended;
    return { code, stdout };
  };
  expect(await audit('verify')).toEqual({ code: 0, stdout: `The audit log is whole: ${last?.sequence} entries. It ends with ${last?.sequence}:${last?.hash}\n` });
  expect((await audit('verify', '--anchor', `${last?.sequence}:${last?.hash}`)).code).toBe(0);
  expect(await audit('verify', '--anchor', `5:${'c'.repeat(64)}`)).toEqual({ code: 1, stdout: expect.stringContaining('The entry 5 is not the one that was written down') });
  await tamper(app, `delete from audit_entry where sequence = 7`);
  expect(await audit('verify')).toEqual({ code: 1, stdout: expect.stringMatching(/number 7 is the first that is missing/) });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** As somebody who owns the machine. */
async function tamper({ database }: TestApp, sql: string): Promise<void> {
  await database.queryAsSuperuser(`set session_replication_role = replica; ${sql}`);
}
