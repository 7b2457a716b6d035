import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import { comesAbout } from './until.ts';

/** Programs that are no npm packages: where the machine has none, what needs them is skipped, unless PROGRAMS_REQUIRED says that they must be there. */
const FILES = { redis: ['/usr/bin/redis-server', '/usr/local/bin/redis-server'], pgbouncer: ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'] } as const;

type Program = keyof typeof FILES;

export function hasProgram(program: Program): boolean {
  return FILES[program].some((file) => existsSync(file)) || process.env['PROGRAMS_REQUIRED'] !== undefined;
}

/** A program of a test's own that listens on a port; killed at the end of the block that `await using` it. */
export class OwnProgram implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(program: Program, args: readonly string[], port: number, options: { uid?: number; gid?: number } = {}): Promise<OwnProgram> {
    const file = FILES[program].find((candidate) => existsSync(candidate));
    if (file === undefined) throw new Error(`There is no ${program} on this machine: install it.`);
    const child = spawn(file, args, { stdio: 'ignore', ...options });
    await comesAbout(() => answers(port), `${program} listens on port ${port}`);
    return new OwnProgram(child, port);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** One that was free a moment ago, below those that systems give to outgoing connections. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
