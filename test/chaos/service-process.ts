import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { crashPoint, REACHED, type CrashOrder } from './crash-points.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const RESTART_AFTER_MS = 300;
const KEPT_LINES = 200;

export interface ServiceOptions {
  readonly role: 'api' | 'worker';
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onCrashPoint: (point: string) => void;
  readonly onLine: (line: string) => void;
}

/** A process of the service as it runs in production, from the build, started again whenever it ends. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private armed: CrashOrder | undefined;
  private wanted = true;
  private readonly running: Promise<void>;
  /** The newest of what its processes have said. */
  readonly said: string[] = [];
  starts = 0;

  constructor(private readonly options: ServiceOptions) {
    this.running = this.supervise();
  }

  get role(): ServiceOptions['role'] {
    return this.options.role;
  }

  get name(): string {
    return this.options.name;
  }

  /** The point that it has been told and not come to. */
  get waitsFor(): string | undefined {
    return this.armed?.point;
  }

  arm(order: CrashOrder): void {
    if (!this.child?.connected) return;
    this.armed = order;
    this.child.send(order, () => undefined); // it may be ending at this moment
    if (crashPoint(order.point).whileStopping) this.child.kill('SIGTERM');
  }

  disarm(): void {
    this.armed = undefined;
    if (this.child?.connected) this.child.send('NONE', () => undefined); // it may be ending at this moment
  }

  /** A kill that no crash point has asked for. */
  kill(name: NodeJS.Signals = 'SIGKILL'): void {
    this.armed = undefined;
    this.child?.kill(name);
  }

  /** It stands still, with its sessions and connections open. */
  async pause(ms: number): Promise<void> {
    const { child } = this;
    child?.kill('SIGSTOP');
    await delay(ms);
    child?.kill('SIGCONT');
  }

  async end(): Promise<void> {
    this.wanted = false;
    this.kill('SIGCONT');
    this.kill();
    await this.running;
  }

  private async supervise(): Promise<void> {
    while (this.wanted) {
      await this.live();
      if (this.wanted) await delay(RESTART_AFTER_MS);
    }
  }

  private async live(): Promise<void> {
    this.starts += 1;
    const child = spawn(path.join(ROOT, 'node_modules/.bin/node'), ['--disable-warning=ExperimentalWarning', '--import', path.join(import.meta.dirname, 'crash.ts'), 'bin/countermeasure.js', 'serve', '--role', this.options.role], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', ...this.options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => this.keep(text));
    // Not before all that it has said is read.
    await new Promise((resolve) => child.once('close', resolve));
    this.armed = undefined;
  }

  private keep(text: string): void {
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      if (line.startsWith(REACHED)) this.options.onCrashPoint(line.slice(REACHED.length));
      else this.options.onLine(line);
    }
    this.said.push(...lines);
    this.said.splice(0, Math.max(0, this.said.length - KEPT_LINES));
  }
}
