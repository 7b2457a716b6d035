import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes, randomInt } from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../kernel/logger.js';
import { rememberSecret } from '../kernel/redact.js';
import { PostgresPrograms } from './postgres-programs.js';
import { prepareDatabase } from './service-role.js';

const DATABASE = 'countermeasure';
const ROLE = 'countermeasure';
const READY_WITHIN_MS = 60_000;

/** Below the range from which the system takes ports for outgoing connections, which come and go under a fixed one. */
const PORTS = { from: 20_000, to: 32_000 };

/** PostgreSQL fills its lock file in the moment in which it makes it; one that stays empty was cut off. */
const LOCK_FILLED_WITHIN_MS = 5_000;

export interface EmbeddedDatabaseOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /** Server settings beside the defaults, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real PostgreSQL below the data folder. */
export interface EmbeddedDatabase {
  /** For the service: a role that owns its database and no more. */
  readonly url: string;
  /** For the superuser of the cluster. */
  readonly adminUrl: string;
  /** false: another process of ours started it and will stop it. */
  readonly isOwner: boolean;
  readonly stop: () => Promise<void>;
}

/** Starts the server of this data folder, made anew when there is none; or joins it when another process of ours runs it. */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const folder = path.join(options.dataDir, 'postgres');
  const data = path.join(folder, 'data');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const programs = await PostgresPrograms.find(options.dataDir);
  if (programs.owner) chownSync(folder, programs.owner.uid, programs.owner.gid);
  const password = readOrMakePassword(options.dataDir);
  rememberSecret(password);
  await makeCluster(programs, folder, data, password);

  const deadline = Date.now() + READY_WITHIN_MS;
  let lastFault: unknown;
  while (Date.now() < deadline) {
    const server = findServer(data);
    if (server) {
      const urls = urlsOf(server.port, password);
      const fault = await tryConnect(urls.url);
      if (fault === undefined) return { ...urls, isOwner: false, stop: () => Promise.resolve() };
      lastFault = fault;
    } else {
      try {
        return await startServer(programs, data, password, options);
      } catch (fault) {
        lastFault = fault; // the port was taken, or another process was faster: look again
      }
    }
    await delay(100);
  }
  throw new Error(`The embedded PostgreSQL did not get ready within ${READY_WITHIN_MS / 1000} s; its log is ${path.join(folder, 'server.log')}.`, { cause: lastFault });
}

async function startServer(programs: PostgresPrograms, data: string, password: string, { logger, settings }: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const port = await findFreePort();
  const fixed = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };
  await programs.start(data, port, path.join(data, '../server.log'), { ...fixed, ...settings });
  const pid = findServer(data)?.pid;
  if (pid === undefined) throw new Error('The embedded PostgreSQL was started, and ended at once.');
  const watcher = programs.stopWithUs(data, pid);
  const stop = async (): Promise<void> => {
    if (watcher.pid !== undefined && watcher.exitCode === null && watcher.signalCode === null) process.kill(-watcher.pid, 'SIGKILL');
    // When ours was killed, another process may have started the next one by now: that one is not ours to stop.
    if (findServer(data)?.pid === pid) await programs.stop(data);
  };
  const urls = urlsOf(port, password);
  try {
    await prepareDatabase(urls.adminUrl, { role: ROLE, password, database: DATABASE });
  } catch (fault) {
    await stop();
    throw fault;
  }
  logger.info({ port }, 'The embedded PostgreSQL is running.');
  return { ...urls, isOwner: true, stop };
}

function urlsOf(port: number, password: string): Pick<EmbeddedDatabase, 'url' | 'adminUrl'> {
  const urlFor = (role: string): string => `postgres://${role}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return { url: urlFor(ROLE), adminUrl: urlFor('postgres') };
}

/** Made beside its place and moved there when it is whole: a start that was cut off leaves no half-made cluster behind. */
async function makeCluster(programs: PostgresPrograms, folder: string, data: string, password: string): Promise<void> {
  if (existsSync(path.join(data, 'PG_VERSION'))) return requireSameVersion(programs, data);
  const unfinished = path.join(folder, `new-${randomBytes(4).toString('hex')}`);
  const passwordFile = `${unfinished}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (programs.owner) chownSync(passwordFile, programs.owner.uid, programs.owner.gid);
  try {
    await programs.init(unfinished, passwordFile);
    renameSync(unfinished, data);
  } catch (error) {
    if (!isOneOf(error, ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'])) throw error;
    // Another process can have been faster, and its cluster is as good.
    if (!existsSync(path.join(data, 'PG_VERSION'))) throw new Error(`${data} is there, but what it holds was not made by PostgreSQL. Move it away, or choose another DATA_DIR.`);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function requireSameVersion(programs: PostgresPrograms, data: string): Promise<void> {
  const [made, ours] = [readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim(), await programs.majorVersion()];
  if (made === ours) return;
  throw new Error(`${data} was made by PostgreSQL ${made}, and this version brings PostgreSQL ${ours}. Dump it with the version before and restore it into a new DATA_DIR, or set DATABASE_URL.`);
}

function readOrMakePassword(dataDir: string): string {
  const file = path.join(dataDir, 'postgres-password');
  try {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

/** The server that runs on this data, as its lock file says; undefined when none runs. */
function findServer(data: string): { pid: number; port: number } | undefined {
  const lockFile = path.join(data, 'postmaster.pid');
  const lock = whenThere(() => ({ text: readFileSync(lockFile, 'utf8'), changedAt: statSync(lockFile).mtimeMs }));
  if (!lock) return undefined;
  if (lock.text.trim() === '') {
    // PostgreSQL never takes an empty one away by itself, since another server could be about to fill it.
    if (Date.now() - lock.changedAt > LOCK_FILLED_WITHIN_MS) rmSync(lockFile, { force: true });
    return undefined;
  }
  const [pid = 0, , , port = 0] = lock.text.split('\n').map(Number);
  if (pid <= 0 || !isAlive(pid)) return undefined;
  if (isServerOn(data, pid)) return { pid, port };
  // The number belongs to another program by now, and PostgreSQL would take that one for itself.
  rmSync(lockFile, { force: true });
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isOneOf(error, ['EPERM']);
  }
}

/** A server's working folder is its data. Where the system does not show that, its name has to do; where it shows nothing, the lock file is believed. */
function isServerOn(data: string, pid: number): boolean {
  if (!existsSync('/proc/self/cmdline')) return true;
  const [at, own] = [whenThere(() => statSync(`/proc/${pid}/cwd`), ['EACCES', 'EPERM']), statSync(data)];
  if (at) return at.dev === own.dev && at.ino === own.ino;
  return whenThere(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.includes('postgres') ?? false;
}

/** What is read can go away at any time: its process or its server ends. */
function whenThere<T>(read: () => T, alsoMissing: readonly string[] = []): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isOneOf(error, ['ENOENT', 'ESRCH', ...alsoMissing])) return undefined;
    throw error;
  }
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

async function tryConnect(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (fault) {
    return fault;
  }
}

/** A free port; somebody else can take it before the server does, and then another one is tried. */
async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const probe = net.createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
