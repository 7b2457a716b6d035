import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { Broadcast, Written } from './messages.ts';

/** What the service is held against: a server that does nothing but to send the same bytes to each of its sockets. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.once('listening', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', (message) => void broadcast(message as Broadcast).then((sent) => process.send?.(sent)));

async function broadcast({ frames, everyMs }: Broadcast): Promise<Written> {
  const events: [number, number][] = [];
  const from = performance.now();
  for (const [index, [sequence, frame]] of frames.entries()) {
    await delay(Math.max(0, from + index * everyMs - performance.now()));
    events.push([sequence, performance.timeOrigin + performance.now()]);
    for (const client of server.clients) client.send(frame);
  }
  return { events };
}
