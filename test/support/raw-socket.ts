import WebSocket, { type ClientOptions } from 'ws';
import { until } from './until.js';

export interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket that says what a test tells it to, however wrong that is. */
export class RawSocket {
  readonly messages: SocketMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  /** The status that the handshake was refused with. */
  refusedWith: number | undefined;
  retryAfter: string | undefined;
  readonly ws: WebSocket;

  constructor(url: string, { protocol = 'graphql-transport-ws', headers = {}, ...options }: ClientOptions & { protocol?: string } = {}) {
    this.ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol, { headers, ...options });
    this.ws.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as SocketMessage));
    this.ws.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.ws.on('unexpected-response', (request, response) => {
      this.refusedWith = response.statusCode;
      this.retryAfter = response.headers['retry-after'];
      request.destroy();
    });
    this.ws.on('error', () => undefined);
  }

  async open(): Promise<this> {
    await until(() => this.ws.readyState, (state) => state !== WebSocket.CONNECTING);
    return this;
  }

  /** Says who it is, and waits until that is acknowledged. */
  async signIn(key: string): Promise<this> {
    await this.open();
    this.say({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
    await until(() => this.messages, (messages) => messages.some(({ type }) => type === 'connection_ack'));
    return this;
  }

  say(message: unknown): void {
    this.ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** What comes back for one operation: the message that answers it, or ends it. */
  async ask(id: string, payload: unknown): Promise<SocketMessage> {
    this.say({ id, type: 'subscribe', payload });
    return until(() => this.messages.find((message) => message.id === id), (found) => found !== undefined) as Promise<SocketMessage>;
  }

  untilClosed(): Promise<{ code: number; reason: string }> {
    return until(() => this.closed, (closed) => closed !== undefined) as Promise<{ code: number; reason: string }>;
  }

  [Symbol.dispose](): void {
    this.ws.terminate();
  }
}
