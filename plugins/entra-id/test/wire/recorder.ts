import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { distrustCertificate, trustCertificate } from '../../sandbox/certificate.js';
import { redirectSockets } from './redirect-sockets.js';

/** A call as it came over the wire. */
export interface WireCall {
  /** The host that the client asked for, both by TLS and by HTTP. */
  readonly host: string;
  readonly method: string;
  /** As it was sent, still encoded, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The query as it was sent. */
  readonly rawQuery: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WireAnswer {
  readonly status?: number;
  readonly body?: unknown;
  /** Whether the client waits in vain. */
  readonly isWithheld?: boolean;
}

/** One local HTTPS server in the place of all of Microsoft's hosts. */
export interface Recorder {
  /** The calls since the last `forget`, in the order in which they came. */
  readonly calls: readonly WireCall[];
  /** The addresses that were to be reached and are none of Microsoft's: to be expected empty. */
  readonly strays: readonly string[];
  /** The calls that their client gave up before they were answered. */
  readonly abandoned: readonly WireCall[];
  forget(): void;
  /** Puts another answer in the place of the usual ones. */
  answerBy(answer: (call: WireCall) => WireAnswer): void;
  stop(): Promise<void>;
}

export async function startRecorder(hosts: readonly string[], usualAnswer: (call: WireCall) => WireAnswer): Promise<Recorder> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: `wire recorder ${process.pid} ${performance.now()}` }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
  trustCertificate(cert);
  const calls: WireCall[] = [];
  const abandoned: WireCall[] = [];
  let answer = usualAnswer;
  const server = createServer({ key, cert }, (request, response) => {
    read(request).then((call) => {
      calls.push(call);
      response.once('close', () => {
        if (!response.writableFinished) abandoned.push(call);
      });
      write(response, answer(call));
    }).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const redirection = redirectSockets(hosts, (server.address() as AddressInfo).port);
  return {
    calls,
    strays: redirection.strays,
    abandoned,
    forget: () => {
      calls.length = 0;
      abandoned.length = 0;
      answer = usualAnswer;
    },
    answerBy: (other) => {
      answer = other;
    },
    stop: async () => {
      redirection.end();
      distrustCertificate(cert);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(request: IncomingMessage): Promise<WireCall> {
  const [path = '', rawQuery = ''] = (request.url ?? '').split(/\?(.*)/s);
  const host = request.headers.host ?? '';
  const { servername } = request.socket as TLSSocket & { servername?: string | false };
  if (servername !== host) throw new Error(`The connection was made to ${String(servername)}, and the call is for ${host}.`);
  return { host, method: request.method ?? '', path, rawQuery, query: Object.fromEntries(new URLSearchParams(rawQuery)), headers: request.headers, body: await text(request) };
}

function write(response: ServerResponse, { status = 200, body, isWithheld = false }: WireAnswer): void {
  if (isWithheld) return;
  response.writeHead(status, { 'request-id': '7f7a9d61-0000-4000-8000-000000000001', ...(body !== undefined && { 'content-type': 'application/json' }) });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
