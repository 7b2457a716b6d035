import { Agent, request as httpRequest } from 'node:http';
import WebSocket from 'ws';
import type { OddRequest } from './garbage.ts';

/** What came back: over HTTP one text with a status, over a socket its messages and how it was closed. */
export type Answer =
  | { readonly way: 'HTTP'; readonly status: number; readonly contentType: string; readonly texts: readonly [string] }
  | { readonly way: 'SOCKET'; readonly closeCode: number | undefined; readonly texts: readonly string[] }
  /** The request never became one: Node refused to send it, or the server hung up on what it could not read. */
  | { readonly way: 'NONE'; readonly reason: string; readonly texts: readonly [] };

/** Nothing that is asked here may take longer; a slow answer is a fault, too. */
const ANSWER_WITHIN_MS = 40_000;
/** How long to wait for more where no answer has to come: a subscription that has nothing to tell. */
const LISTEN_MS = 150;

/** A connection on which something odd was sent may be closed behind it, and is used no further. */
const agents = { proper: new Agent({ keepAlive: true, maxSockets: 16 }), odd: new Agent({ keepAlive: false }) };

export function closeConnections(): void {
  for (const agent of Object.values(agents)) agent.destroy();
}

/** Whether it is a request as honest clients send it, whatever stands in it. */
export function isProper({ method, path, headers, body }: OddRequest): boolean {
  return path === '/graphql' && method === 'POST' && Object.keys(headers).length === 1 && body.length < 1_000_000;
}

export async function sendOverHttp(url: string, sent: OddRequest, authorization: string | undefined): Promise<Answer> {
  const { method, path, headers, body } = sent;
  const agent = agents[isProper(sent) ? 'proper' : 'odd'];
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const none = (reason: string): void => resolve({ way: 'NONE', reason, texts: [] });
    const late = setTimeout(() => none(`not within ${ANSWER_WITHIN_MS} ms`), ANSWER_WITHIN_MS);
    const settle = (answer: Answer): void => {
      clearTimeout(late);
      resolve(answer);
    };
    try {
      const request = httpRequest({ hostname, port, agent, method, path, headers: { ...(authorization !== undefined && { authorization }), ...headers } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => settle({ way: 'HTTP', status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', texts: [text] }));
        response.once('error', () => settle({ way: 'NONE', reason: 'cut', texts: [] }));
      });
      request.once('error', (error) => settle({ way: 'NONE', reason: error.message, texts: [] }));
      request.end(body);
    } catch (error) {
      // A header or path that Node itself sends to nobody.
      clearTimeout(late);
      none(String(error));
    }
  });
}

interface Conversation {
  readonly authorization: string | undefined;
  readonly messages: readonly string[];
  readonly signsIn: boolean;
}

/** Says all of it over one socket, waits until each operation was answered or nothing more comes, and hangs up. */
export async function sendOverSocket(url: string, { authorization, messages, signsIn }: Conversation): Promise<Answer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const texts: string[] = [];
  const awaited = new Set(messages.flatMap((message) => /"type":"subscribe","id":"(\d)"/.exec(message)?.[1] ?? []));
  return new Promise((resolve) => {
    let closeCode: number | undefined;
    let quiet = setTimeout(() => socket.terminate(), ANSWER_WITHIN_MS);
    const hangUpSoon = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.terminate(), LISTEN_MS);
    };
    socket.once('open', () => {
      if (signsIn) socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
      else sayAll();
    });
    const sayAll = (): void => {
      for (const message of messages) socket.send(message);
      hangUpSoon();
    };
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      texts.push(text);
      const { type, id } = JSON.parse(text) as { type: string; id?: string };
      if (type === 'connection_ack' && signsIn) sayAll();
      if (id !== undefined) awaited.delete(id);
      if (awaited.size === 0 && type !== 'connection_ack') socket.terminate();
    });
    // An upgrade that is refused comes as an error, before the close.
    socket.once('error', () => undefined);
    socket.once('close', (code) => {
      clearTimeout(quiet);
      closeCode = code;
      resolve({ way: 'SOCKET', closeCode, texts });
    });
  });
}
