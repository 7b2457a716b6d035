import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A process of a benchmark's own, which answers each message by one; ended at the end of the block that `await using` it. */
export class HelperProcess<Asked extends object, Answer> implements AsyncDisposable {
  private constructor(private readonly child: ChildProcess) {}

  /** Gives it, and what it says first. `file` is one of this folder. */
  static async start<Asked extends object, Answer>(file: string, args: readonly string[] = []): Promise<{ helper: HelperProcess<Asked, Answer>; said: unknown }> {
    const child = fork(path.join(import.meta.dirname, file), [...args], { execArgv: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'] });
    const helper = new HelperProcess<Asked, Answer>(child);
    return { helper, said: await helper.nextMessage() };
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The process was not started.');
    return this.child.pid;
  }

  async ask(message: Asked): Promise<Answer> {
    const answered = this.nextMessage();
    this.child.send(message);
    return (await answered) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private async nextMessage(): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const end = (code: number | null): void => reject(new Error(`The process ended with ${code} instead of an answer.`));
    this.child.once('message', resolve).once('exit', end);
    try {
      return await promise;
    } finally {
      this.child.off('message', resolve).off('exit', end);
    }
  }
}
