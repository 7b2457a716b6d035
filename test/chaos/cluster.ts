import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PostgresPrograms } from '../../dist/src/db/postgres-programs.js';
import { prepareDatabase } from '../../dist/src/db/service-role.js';
import { freePort } from '../support/programs.ts';

/**
 * Commits are on the disk's cache before they are answered, as an operator has them; the machine itself does not fail here,
 * so nothing waits for the disk.
 */
const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '250', fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on' };
const DATABASE = 'countermeasure';

/** A PostgreSQL of the suite's own, which it may restart, crash and pause. Its port stays. */
export class Cluster implements AsyncDisposable {
  private readonly admin: pg.Pool;
  private watcher: ReturnType<PostgresPrograms['stopWithUs']> | undefined;
  readonly url: string;

  private constructor(
    private readonly programs: PostgresPrograms,
    private readonly folder: string,
    private readonly port: number,
    password: string,
  ) {
    const urlOf = (role: string): string => `postgres://${role}:${password}@127.0.0.1:${port}/${DATABASE}`;
    this.url = urlOf('countermeasure');
    this.admin = new pg.Pool({ connectionString: urlOf('postgres'), max: 3, connectionTimeoutMillis: 5_000 });
    this.admin.on('error', () => undefined); // this suite cuts its own connections, too
  }

  static async start(dataDir: string): Promise<Cluster> {
    const folder = path.join(dataDir, 'postgres');
    mkdirSync(folder, { recursive: true });
    const programs = await PostgresPrograms.find(dataDir);
    const [password, passwordFile, port] = [randomBytes(16).toString('hex'), path.join(folder, 'password'), await freePort()];
    writeFileSync(passwordFile, password, { mode: 0o600 });
    for (const owned of [folder, passwordFile]) if (programs.owner) chownSync(owned, programs.owner.uid, programs.owner.gid);
    await programs.init(path.join(folder, 'data'), passwordFile);
    const cluster = new Cluster(programs, folder, port, password);
    await cluster.begin();
    await prepareDatabase(cluster.url.replace('//countermeasure:', '//postgres:'), { role: 'countermeasure', password, database: DATABASE });
    return cluster;
  }

  /** As the superuser; tried again for a while when the connection is lost, which is what happens here. */
  async query<Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return (await this.admin.query<Row>(sql, [...parameters])).rows;
      } catch (error) {
        if (tries === 20 || !isLostConnection(error)) throw error;
        await delay(500);
      }
    }
  }

  async restart(): Promise<void> {
    await this.end();
    await this.begin();
  }

  /** A backend is killed: the server ends all the others, recovers from its log and goes on. */
  async crash(): Promise<void> {
    const [backend] = await this.query<{ pid: number }>(`select pid from pg_stat_activity where usename = 'countermeasure' and pid <> pg_backend_pid() order by random() limit 1`);
    if (backend) process.kill(backend.pid, 'SIGKILL');
  }

  async cutConnections(): Promise<void> {
    await this.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'countermeasure' and pid <> pg_backend_pid()`);
  }

  /** The server and all its backends stand still. */
  async pause(ms: number): Promise<void> {
    const stopped = this.pids();
    for (const pid of stopped) signal(pid, 'SIGSTOP');
    await delay(ms);
    for (const pid of stopped) signal(pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.end();
    await this.end();
  }

  private async begin(): Promise<void> {
    await this.programs.start(this.data, this.port, path.join(this.folder, 'server.log'), SETTINGS);
    this.watcher = this.programs.stopWithUs(this.data, this.postmaster);
  }

  private async end(): Promise<void> {
    if (this.watcher?.pid !== undefined && this.watcher.exitCode === null && this.watcher.signalCode === null) process.kill(-this.watcher.pid, 'SIGKILL');
    await this.programs.stop(this.data);
  }

  private get data(): string {
    return path.join(this.folder, 'data');
  }

  private get postmaster(): number {
    return Number(readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  private pids(): number[] {
    const { postmaster } = this;
    return [postmaster, ...readdirSync('/proc').map(Number).filter((pid) => pid > 0 && parentOf(pid) === postmaster)];
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined; // it has ended meanwhile
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // a backend that has ended meanwhile
  }
}

function isLostConnection(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string };
  return /^(57P0|08|ECONN|EPIPE|ETIMEDOUT)/.test(code) || /terminated|timeout|closed|Connection/.test(message);
}
