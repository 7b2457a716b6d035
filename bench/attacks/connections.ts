import { connect } from 'node:net';
import WebSocket from 'ws';
import type { Attack, Victim } from './attack.ts';

const OPERATIONS = 5_000;
const DRIP_EVERY_MS = 500;

/** Connections that cost their opener nothing and are kept open. */
export const CONNECTION_ATTACKS: readonly Attack[] = [
  { name: 'a socket with 5,000 operations', refusals: ['RATE_LIMITED', 'closed with 4429'], atOnce: 1, once: floodSocket },
  { name: '2,000 sockets that do not say who they are', refusals: ['closed with 4408', 'refused with 503', 'refused with 429'], atOnce: 2_000, once: idleSocket },
  { name: '300 bodies that drip, without a key', refusals: ['401', '408', '429', '503'], atOnce: 300, once: (victim) => drip(victim, '') },
  { name: '300 bodies that drip, with a key', refusals: ['408', '429', '503'], atOnce: 300, once: (victim) => drip(victim, `authorization: Bearer ${victim.key}\r\n`) },
];

/** Opens operations until those beyond the limit were refused. */
function floodSocket({ url, key, signal }: Victim): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })));
  let answered = 0;
  socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as { type: string; payload?: { extensions?: { code?: string } }[] };
    if (type === 'connection_ack') for (let id = 0; id < OPERATIONS; id += 1) socket.send(JSON.stringify({ type: 'subscribe', id: `${id}`, payload: { query: 'subscription { approvalActivity { id } }' } }));
    if (type !== 'error') return;
    answered += 1;
    if (answered < OPERATIONS / 2) return;
    resolve(payload?.[0]?.extensions?.code ?? '');
    socket.terminate();
  });
  socket.once('close', (code) => resolve(`closed with ${code}`)).once('error', reject);
  signal.addEventListener('abort', () => socket.terminate(), { once: true });
  return promise;
}

function idleSocket({ url, signal }: Victim): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const hangUp = (): void => socket.terminate();
  signal.addEventListener('abort', hangUp, { once: true });
  socket.once('unexpected-response', (_request, { statusCode }) => {
    resolve(`refused with ${statusCode}`);
    socket.terminate();
  });
  socket.once('close', (code) => resolve(`closed with ${code}`)).once('error', reject);
  return promise.finally(() => signal.removeEventListener('abort', hangUp));
}

/** A body that is promised and comes a byte at a time. */
function drip({ url, signal }: Victim, headers: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.write(`POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n${headers}\r\n{"query":"`);
  const dripping = setInterval(() => socket.write('x'), DRIP_EVERY_MS);
  const hangUp = (): void => void socket.destroy();
  signal.addEventListener('abort', hangUp, { once: true });
  socket.once('data', (data: Buffer) => {
    resolve(/^HTTP\/1.1 (\d{3})/.exec(data.toString())?.[1] ?? 'no answer');
    socket.destroy();
  });
  socket.once('close', () => resolve('closed without an answer')).once('error', reject);
  return promise.finally(() => {
    clearInterval(dripping);
    signal.removeEventListener('abort', hangUp);
  });
}
