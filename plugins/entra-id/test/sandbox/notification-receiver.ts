import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One thing that was posted to the client's address. */
export interface Received {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly validationToken: string | null;
  readonly body: unknown;
}

export interface ReceiverAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly text?: string;
  readonly isSilent?: boolean;
}

/** A client of the tenant that can be notified, at an address of this machine. */
export class NotificationReceiver {
  readonly received: Received[] = [];
  /** What is answered; the handshake is done right unless this says otherwise. */
  answer: (received: Received) => ReceiverAnswer = ({ validationToken }) => (validationToken === null ? { status: 202 } : { status: 200, contentType: 'text/plain', text: validationToken });
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const received = {
        path: url.pathname, contentType: request.headers['content-type'], validationToken: url.searchParams.get('validationToken'), body: text === '' ? undefined : JSON.parse(text),
      };
      this.received.push(received);
      const answer = this.answer(received);
      if (answer.isSilent === true) return;
      response.writeHead(answer.status, answer.contentType === undefined ? {} : { 'content-type': answer.contentType });
      response.end(answer.text);
    });
  });

  static async start(): Promise<NotificationReceiver> {
    const receiver = new NotificationReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every notification that arrived, handshakes left out. */
  get notifications(): Record<string, unknown>[] {
    return this.received.filter(({ validationToken }) => validationToken === null).flatMap(({ body }) => (body as { value: Record<string, unknown>[] }).value);
  }

  /** Waits until as many notifications have arrived. */
  async waitFor(count: number): Promise<Record<string, unknown>[]> {
    const deadlineMs = performance.now() + 10_000;
    while (this.notifications.length < count && performance.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(this.notifications.length).toBeGreaterThanOrEqual(count);
    return this.notifications;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
