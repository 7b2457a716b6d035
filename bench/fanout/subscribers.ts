import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { shareOut } from '../stream/event-stream.ts';
import type { Report, Wanted } from './messages.ts';

const CONNECTING_AT_ONCE = 50;

const [wantedAs = ''] = process.argv.slice(2);
const { url, sockets, subscription } = JSON.parse(wantedAs) as Wanted;

/** Many subscribers, each on a socket of its own, that note when each event came. */
const arrivals = new Map<number, number[]>();
const frames = new Map<number, string>();

function take(data: string, now: number): void {
  const sequence = Number(/"sequence":(\d+)/.exec(data)?.[1]);
  const known = arrivals.get(sequence);
  if (known) known.push(now);
  else {
    arrivals.set(sequence, [now]);
    frames.set(sequence, data);
  }
}

function open(index: number): Promise<void> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`A socket was closed: ${code} ${reason.toString()}`)));
    socket.on('open', () => {
      if (!subscription) return resolve();
      const { keys, query, variables } = subscription;
      socket.once('message', () => {
        socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query, variables } }), () => resolve());
        socket.on('message', (data: Buffer) => take(data.toString(), performance.timeOrigin + performance.now()));
      });
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${keys[index % keys.length]}` } }));
    });
    if (!subscription) socket.on('message', (data: Buffer) => take(data.toString(), performance.timeOrigin + performance.now()));
  });
}

await shareOut(Array.from({ length: sockets }, (_socket, index) => index), CONNECTING_AT_ONCE, open);
process.on('message', () => {
  process.send?.({ arrivals: [...arrivals], frames: [...frames] } satisfies Report);
  arrivals.clear();
  frames.clear();
});
process.send?.('READY');
