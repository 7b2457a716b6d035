import WebSocket from 'ws';
import { until } from '../test/support/until.ts';

interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize: number;
  readonly backingStorageSize: number;
}

/** Asks a process of Node that was started with --inspect. */
export class Inspector implements AsyncDisposable {
  private asked = 0;

  private constructor(private readonly socket: WebSocket) {}

  /** `said` gives what the process has said on standard error so far, where it tells its inspector's address. */
  static async open(said: () => string): Promise<Inspector> {
    const address = await until(() => /ws:\/\/\S+/.exec(said())?.[0], (found) => found !== undefined);
    const socket = new WebSocket(address ?? '');
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Inspector(socket);
  }

  /** All that V8 holds when it has thrown away what nobody needs, in bytes. */
  async heapAfterCollection(): Promise<number> {
    await this.ask('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = (await this.ask('Runtime.getHeapUsage')) as HeapUsage;
    return usedSize + embedderHeapUsedSize + backingStorageSize;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.close();
    await closed;
  }

  private ask(method: string, params: object = {}): Promise<unknown> {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      const take = (data: Buffer): void => {
        const answer = JSON.parse(data.toString()) as { id?: number; result?: unknown; error?: { message: string } };
        if (answer.id !== id) return;
        this.socket.off('message', take);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer.result);
      };
      this.socket.on('message', take);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
