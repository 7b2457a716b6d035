import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { openEmbeddedDatabase, type EmbeddedDatabase } from '../../src/db/embedded-database.js';
import { migrateDatabase } from '../../src/db/migrate.js';
import { createLogger } from '../../src/kernel/logger.js';
import { isRunning, startNode, type OwnProcess } from '../support/child-process.js';
import { comesAbout } from '../support/until.js';

const BUILT = pathToFileURL(path.join(import.meta.dirname, '../../dist/src')).href;

/** Opens the database of the folder that it is given, says so, and stops in good order when its input ends. */
const OPENER = `
  import { openEmbeddedDatabase } from '${BUILT}/db/embedded-database.js';
  import { createLogger } from '${BUILT}/kernel/logger.js';
  const { url, isOwner, stop } = await openEmbeddedDatabase({ dataDir: process.argv[1], logger: createLogger('warn'), settings: { fsync: 'off' } });
  console.log(JSON.stringify({ url, isOwner, isOpen: true }));
  process.stdin.resume().once('end', stop);
`;

let pristine: string;
let dataDir: string;
const opened: EmbeddedDatabase[] = [];
const folders: string[] = [];

beforeAll(async () => {
  pristine = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-embedded-'));
  const database = await open(pristine);
  await query(database.url, 'create table note (text text)');
  await query(database.url, `insert into note values ('of the first start')`);
  await database.stop();
});

afterAll(() => rmSync(pristine, { recursive: true, force: true }));

/** Making a cluster takes longer than most tests: they get a copy, with the owners of its files. */
beforeEach(() => {
  dataDir = newFolder();
  execFileSync('cp', ['-a', `${pristine}/.`, dataDir]);
});

afterEach(async () => {
  for (const database of opened.splice(0).reverse()) await database.stop();
  const used = folders.splice(0);
  // Neither a server nor what waits for the end of its owner; what a test has left running fails here.
  await comesAbout(() => used.every((folder) => processesOf(folder).length === 0), 'no process works on these folders any more');
  for (const folder of used) rmSync(folder, { recursive: true, force: true });
});

test('a second start finds the rows of the first, under the same password, and the first has left no server', async () => {
  const first = await open();
  const pid = requireServerPid();
  await query(first.url, `insert into note values ('of the second start')`);
  await first.stop();
  expect(existsSync(lockFile())).toBe(false);
  // The lock file is the last thing that it takes away before it ends.
  await comesAbout(() => !isRunning(pid), 'the server has ended');

  const second = await open();
  expect(await notes(second.url)).toEqual(['of the first start', 'of the second start']);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
  expect(second.isOwner).toBe(true);
});

test('after kill -9 of the owner its server ends by itself, and the next start finds what was committed', async () => {
  await using owner = startOpener();
  const { url } = await openedBy(owner);
  const pid = requireServerPid();
  await query(url, `insert into note values ('before the kill')`);
  await owner.end('SIGKILL');
  await comesAbout(() => !isRunning(pid), 'the server is gone');

  const next = await open();
  expect(await notes(next.url)).toEqual(['of the first start', 'before the kill']);
  expect(next.isOwner).toBe(true);
});

test('a start that comes while the server of a killed owner is still ending waits for it and gets one of its own', async () => {
  await using owner = startOpener();
  const { url } = await openedBy(owner);
  const pid = requireServerPid();
  const lingering = new pg.Client({ connectionString: url });
  lingering.on('error', () => undefined);
  await lingering.connect();
  void owner.end('SIGKILL');
  await comesAbout(() => refusesNewSessions(url), 'the server is ending');
  const next = await open();
  expect(isRunning(pid)).toBe(false);
  expect(await notes(next.url)).toEqual(['of the first start']);
  expect(next.isOwner).toBe(true);
  await lingering.end();
});

test('a start after the server itself was killed recovers, and the owner of the killed one does not stop the new one', async () => {
  const first = await open();
  const pid = requireServerPid();
  await query(first.url, `insert into note values ('before the crash')`);
  process.kill(pid, 'SIGKILL');
  await comesAbout(() => !isRunning(pid), 'the server is gone');

  const second = await open();
  expect(second.isOwner).toBe(true);
  await first.stop();
  expect(await notes(second.url)).toEqual(['of the first start', 'before the crash']);
});

test('the end of a process whose server was killed leaves the next owner\'s server alone', async () => {
  await using owner = startOpener();
  await openedBy(owner);
  process.kill(requireServerPid(), 'SIGKILL');
  const second = await open();
  const watchers = watchersOf(dataDir);
  expect(watchers).toHaveLength(2);
  await owner.end('SIGKILL');
  await comesAbout(() => watchersOf(dataDir).length < watchers.length, 'the watcher of the killed process has done its work');
  expect(await notes(second.url)).toEqual(['of the first start']);
});

test('two processes that open one new folder at once share one server, and one of them owns it', async () => {
  dataDir = newFolder();
  await using one = startOpener();
  await using other = startOpener();
  const [first, second] = await Promise.all([openedBy(one), openedBy(other)]);
  expect(second.url).toBe(first.url);
  expect([first.isOwner, second.isOwner].sort()).toEqual([false, true]);
  await query(first.url, 'create table shared (n int)');
  expect(await query(second.url, 'select * from shared')).toEqual([]);

  const pid = requireServerPid();
  const [owner, guest] = first.isOwner ? [one, other] : [other, one];
  expect(await guest.closeInput()).toMatchObject({ code: 0, stderr: '' });
  expect(await query(first.url, 'select * from shared')).toEqual([]);
  expect(await owner.closeInput()).toMatchObject({ code: 0, stderr: '' });
  expect(isRunning(pid)).toBe(false);
});

test('a lock file with the number of an unrelated living process does not stop a start', async () => {
  await using stranger = startNode(['-e', 'console.log("here"); process.stdin.resume()']);
  await stranger.says('here');
  leaveLock(stranger.pid);
  const database = await open();
  expect(await notes(database.url)).toEqual(['of the first start']);
  expect(isRunning(stranger.pid)).toBe(true);
});

test('a lock file with the number of another folder\'s PostgreSQL does not stop a start', async () => {
  const otherFolder = newFolder();
  execFileSync('cp', ['-a', `${pristine}/.`, otherFolder]);
  const other = await open(otherFolder);
  await query(other.url, `insert into note values ('of the other folder')`);
  leaveLock(requireServerPid(otherFolder));
  const database = await open();
  expect(await notes(database.url)).toEqual(['of the first start']);
  expect(await notes(other.url)).toEqual(['of the first start', 'of the other folder']);
});

test('an empty lock file, as a crash of the machine can leave it, does not stop a start', async () => {
  writeFileSync(lockFile(), '');
  const aMinuteAgo = new Date(Date.now() - 60_000);
  utimesSync(lockFile(), aMinuteAgo, aMinuteAgo);
  expect(await notes((await open()).url)).toEqual(['of the first start']);
});

test('data of another major version is refused with what to do about it, and stays as it is', async () => {
  const file = path.join(dataDir, 'postgres/data/PG_VERSION');
  writeFileSync(file, '11\n');
  await expect(open()).rejects.toThrow(/was made by PostgreSQL 11, and this version brings PostgreSQL \d+\. Dump it with the version before and restore it into a new DATA_DIR, or set DATABASE_URL\./);
  expect(readFileSync(file, 'utf8')).toBe('11\n');
  expect(serverPid(dataDir)).toBeUndefined();
});

test('a data folder that holds something else is refused with what to do about it, and stays as it is', async () => {
  dataDir = newFolder();
  const strange = path.join(dataDir, 'postgres/data/holiday.txt');
  mkdirSync(path.dirname(strange), { recursive: true });
  writeFileSync(strange, 'by the sea');
  await expect(open()).rejects.toThrow(/is there, but what it holds was not made by PostgreSQL\. Move it away, or choose another DATA_DIR\./);
  expect(readFileSync(strange, 'utf8')).toBe('by the sea');
  expect(readdirSync(path.join(dataDir, 'postgres'))).toEqual(['data']);
});

test('the password of the database is readable by its owner alone', () => {
  expect(statSync(path.join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
});

testAsRoot('a folder of mode 0700 that belongs to root works, and the server in it does not run as root', async () => {
  dataDir = newFolder();
  chmodSync(dataDir, 0o700);
  const database = await open();
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(ownerOf(requireServerPid())).toBeGreaterThan(0);
  expect(statSync(dataDir)).toMatchObject({ uid: 0 });
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

test('the service works as a role that is no superuser; what an earlier version made as superuser passes to it', async () => {
  const first = await open();
  expect(await query(first.url, 'select current_user as name, rolsuper from pg_roles where rolname = current_user')).toEqual([{ name: 'countermeasure', rolsuper: false }]);
  const onServer = first.adminUrl.replace(/[^/]*$/, 'postgres');
  for (const sql of ['drop database countermeasure', 'drop role countermeasure', 'create database countermeasure']) await query(onServer, sql);
  await migrateDatabase(first.adminUrl);
  await first.stop();

  const next = await open();
  await migrateDatabase(next.url);
  const strangers = `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'graphile_worker') and c.relkind in ('r', 'v', 'S') and pg_get_userbyid(c.relowner) <> 'countermeasure'`;
  expect(await query(next.url, strangers)).toEqual([]);
  await query(next.url, 'alter table run add column probe int');
  await query(next.url, `select graphile_worker.add_job('probe')`);
  await expect(query(next.url, 'delete from audit_entry')).rejects.toThrow(/permission denied/);
}, 60_000);

/** What only root can show is left out elsewhere, and the title says why. */
function testAsRoot(title: string, body: () => Promise<void>): void {
  if (process.getuid?.() === 0) test(title, body);
  else test.skip(`${title} (left out: these tests do not run as root)`, body);
}

async function open(folder = dataDir): Promise<EmbeddedDatabase> {
  const database = await openEmbeddedDatabase({ dataDir: folder, logger: createLogger('silent'), settings: { fsync: 'off' } });
  opened.push(database);
  return database;
}

function startOpener(): OwnProcess {
  return startNode(['--input-type=module', '-e', OPENER, dataDir]);
}

async function openedBy(opener: OwnProcess): Promise<{ url: string; isOwner: boolean }> {
  return JSON.parse(await opener.says('"isOpen":true}')) as { url: string; isOwner: boolean };
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-embedded-'));
  folders.push(folder);
  return folder;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

async function notes(url: string): Promise<string[]> {
  return ((await query(url, 'select text from note order by ctid')) as { text: string }[]).map(({ text }) => text);
}

/** 57P03 and 57P01: it is ending; a connection that is refused or cut off, which pg tells without a code: it is gone. */
async function refusesNewSessions(url: string): Promise<boolean> {
  try {
    await query(url, 'select 1');
    return false;
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    if (!['57P03', '57P01', 'ECONNREFUSED', 'ECONNRESET'].includes(code) && message !== 'Connection terminated unexpectedly') throw error;
    return true;
  }
}

function lockFile(folder = dataDir): string {
  return path.join(folder, 'postgres/data/postmaster.pid');
}

/** What a server leaves behind that could not clean up, its number being another's by now. */
function leaveLock(pid: number): void {
  writeFileSync(lockFile(), [pid, path.join(dataDir, 'postgres/data'), 1_700_000_000, 1, '', '127.0.0.1', '  12345   7', 'ready', ''].join('\n'));
}

function serverPid(folder: string): number | undefined {
  return existsSync(lockFile(folder)) ? Number(readFileSync(lockFile(folder), 'utf8').split('\n')[0]) : undefined;
}

function requireServerPid(folder = dataDir): number {
  const pid = serverPid(folder);
  if (pid === undefined) throw new Error(`No server runs on ${folder}.`);
  return pid;
}

function processesOf(folder: string): string[] {
  const commands = execFileSync('ps', ['-ww', '-eo', 'args='], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }).split('\n');
  return commands.filter((command) => command.includes(folder));
}

/** The processes that wait for the end of an owner. */
function watchersOf(folder: string): string[] {
  return processesOf(folder).filter((command) => command.includes('cat >/dev/null'));
}

function ownerOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], { encoding: 'utf8' }).trim());
}
