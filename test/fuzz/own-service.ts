import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import type { Role } from '../../src/auth/permissions.ts';
import type { Leftovers, Order } from './service.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** A service to attack: the laboratory's, in a process of its own, on a database of its own. */
export class OwnService implements AsyncDisposable {
  /** What it has logged at level error, or said before it broke down. */
  complaints = '';
  private hasEnded = false;
  private orders = 0;
  private readonly ending: Promise<never>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly database: TestDatabase,
  ) {
    child.once('exit', () => (this.hasEnded = true));
    this.ending = failed(child, () => this.complaints);
    this.ending.catch(() => undefined); // at the end of a run it ends as it should
  }

  static async start(): Promise<OwnService> {
    const database = await createTestDatabase();
    const child = fork(path.join(import.meta.dirname, 'service.ts'), [database.url], {
      execPath: path.join(ROOT, 'node_modules/.bin/node'),
      execArgv: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning', '--expose-gc'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'] ?? '' },
    });
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const [{ url }] = (await Promise.race([once(child, 'message'), failed(child, () => complaints)])) as [{ url: string }];
    const service = new OwnService(child, url, database);
    service.complaints = complaints;
    child.stderr?.on('data', (text: string) => (service.complaints += text));
    return service;
  }

  get isAlive(): boolean {
    return !this.hasEnded;
  }

  key(role: Role): Promise<{ id: string; text: string }> {
    return this.ask({ what: 'KEY', role });
  }

  async revoke(id: string): Promise<void> {
    await this.ask({ what: 'REVOKE', id });
  }

  measure(): Promise<Leftovers> {
    return this.ask({ what: 'MEASURE' });
  }

  /** Stops as an operator would; fails when something keeps the process from ending. */
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit', { signal: AbortSignal.timeout(60_000) });
    await this.ask({ what: 'STOP' });
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    await this.database[Symbol.asyncDispose]();
  }

  private async ask<Answer>(order: Order): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const number = (this.orders += 1);
    // Several can be under way, and each answer bears the number of its order.
    const read = (message: { number: number; answer: Answer }): void => {
      if (message.number === number) resolve(message.answer);
    };
    this.child.on('message', read);
    this.child.send({ number, order });
    return Promise.race([promise, this.ending]).finally(() => this.child.off('message', read));
  }
}

async function failed(child: ChildProcess, complaints: () => string): Promise<never> {
  await once(child, 'exit');
  throw new Error(`The service ended by itself.\n${complaints()}`);
}
