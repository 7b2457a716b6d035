import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { FixtureRequest, FixtureResponse, PluginFixtures } from './fixtures.js';

/** What goes wrong with every call of an action from now on. */
export type Fault = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'RESET' | 'SILENCE';

/** A provider's imitation on a port of 127.0.0.1, with what it was asked. */
export class Imitation {
  readonly requests: FixtureRequest[] = [];
  fault: Fault | undefined;
  origin = '';

  #answer: (request: FixtureRequest) => FixtureResponse = () => ({ status: 404 });
  readonly #fixtures: PluginFixtures;
  readonly #sockets = new Set<Socket>();
  readonly #server: ReturnType<typeof createHttpServer>;

  private constructor(fixtures: PluginFixtures) {
    this.#fixtures = fixtures;
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = fixtures.tls ? createHttpsServer(fixtures.tls, listener) : createHttpServer(listener);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(fixtures: PluginFixtures): Promise<Imitation> {
    const imitation = new Imitation(fixtures);
    await new Promise<void>((resolve) => imitation.#server.listen(0, '127.0.0.1', resolve));
    const { port } = imitation.#server.address() as AddressInfo;
    imitation.origin = `${fixtures.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    imitation.#answer = fixtures.createProvider(imitation.origin);
    return imitation;
  }

  /** Calls that change something, tokens and the like left out. */
  writes(): FixtureRequest[] {
    return this.requests.filter((request) => !this.#isInfrastructure(request) && request.method !== 'GET' && request.method !== 'HEAD');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #isInfrastructure(request: FixtureRequest): boolean {
    return this.#fixtures.isInfrastructure?.(request) ?? false;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: incoming.headers, body: Buffer.concat(chunks).toString() };
    this.requests.push(request);
    const fault = this.#isInfrastructure(request) ? undefined : this.fault;
    if (fault === 'SILENCE') return;
    if (fault === 'RESET') {
      incoming.socket.destroy();
      return;
    }
    send(response, fault ? { ...fault, body: { error: { code: 'Fault', message: `Fault ${fault.status}` } } } : this.#answer(request));
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: FixtureResponse): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { ...(text !== '' && { 'content-type': 'application/json' }), ...headers });
  response.end(text);
}
