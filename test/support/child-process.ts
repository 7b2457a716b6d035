import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { comesAbout } from './until.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const NODE = path.join(ROOT, 'node_modules/.bin/node');

export interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of a test's own, from the build, with all that it says; killed at the end of the block that `await using` it. */
export class OwnProcess implements AsyncDisposable {
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  private hasEnded = false;

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // It can be gone before what was written to it is read, which is what such a test is about.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.hasEnded = true;
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The process was not started.');
    return this.child.pid;
  }

  /** Waits until it has said this on standard output; fails at once when it ends before. */
  async says(text: string): Promise<string> {
    await comesAbout(() => this.stdout.includes(text) || this.hasEnded, `"${text}" is said`);
    if (!this.stdout.includes(text)) throw new Error(`It ended without saying "${text}":\n${this.stdout}\n${this.stderr}`);
    return this.stdout;
  }

  end(signal: NodeJS.Signals): Promise<Ended> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.ended;
  }

  /** Ends what it reads, for a program that goes on until then. */
  closeInput(): Promise<Ended> {
    this.child.stdin.end();
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}

/** Only what is given stands in its environment, so that no variable of whoever runs the tests decides them. */
export function startNode(args: readonly string[], options: { cwd?: string; env?: Readonly<Record<string, string>> } = {}): OwnProcess {
  const env = { PATH: process.env['PATH'] ?? '', ...options.env };
  return new OwnProcess(spawn(NODE, args, { cwd: options.cwd ?? ROOT, env }));
}

/** The command line as an operator has it. */
export function startCommand(args: readonly string[], options: { cwd?: string; env?: Readonly<Record<string, string>> } = {}): OwnProcess {
  return startNode([path.join(ROOT, 'bin/countermeasure.js'), ...args], options);
}

/** Whether a process runs; one that has ended and only waits to be counted by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
  return stateOf(pid) !== 'Z';
}

/** The letter that Linux gives; undefined elsewhere, and when the process is gone by now. */
function stateOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return 'Z';
  }
}
