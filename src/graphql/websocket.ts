import { makeServer } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Caller } from '../auth/caller.js';
import type { GraphqlDoor } from './apollo.js';
import type { AllowedOrigins } from './origins.js';
import type { OpenSockets } from './open-sockets.js';
import { protocolOptions, type SocketState } from './socket-protocol.js';
import { InTurns } from './in-turns.js';
import { Outbox } from './outbox.js';
import { carry, closeDeaf, createSockets, sendOver } from './socket-transport.js';
import { WaitingSockets } from './waiting-sockets.js';

const COME_AGAIN_AFTER_S = 5;

/** GraphQL over WebSocket on /graphql, by the protocol graphql-transport-ws. Returns what closes all sockets. */
export function serveGraphqlOverWebSocket(server: Server, door: GraphqlDoor, open: OpenSockets, origins: AllowedOrigins): () => Promise<void> {
  const { refusals, limits, errors, callers } = door;
  const sockets = createSockets();
  const waiting = new WaitingSockets(door);
  const inTurns = new InTurns();
  const outbox = new Outbox();
  const protocol = makeServer(protocolOptions(door, open));
  const onBreach = ({ caller }: SocketState, code: string): void => refusals.note('websocket', code, caller);
  const onFault = (error: unknown): void => errors.logFault(error);
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const refuse = (code: 'NOT_FOUND' | 'FORBIDDEN' | 'RATE_LIMITED', answer: string): void => {
      refusals.note('websocket', code, callers.of(request));
      hangUp(socket, answer);
    };
    if (request.url?.split('?')[0] !== '/graphql') return refuse('NOT_FOUND', '404 Not Found');
    if (!origins.mayOpenSocket(request.headers.origin, request.headers.host)) return refuse('FORBIDDEN', '403 Forbidden');
    const { address } = callers.of(request);
    const place = waiting.enter(address);
    if (!place) return refuse('RATE_LIMITED', `429 Too Many Requests\r\nRetry-After: ${COME_AGAIN_AFTER_S}`);
    socket.once('close', place.closed);
    inTurns.take(() => sockets.handleUpgrade(request, socket, head, (client) => {
      const state: SocketState = {
        caller: new Caller('websocket', address, undefined),
        refusals: 0,
        closing: new AbortController(),
        signedIn: place.signedIn,
        send: sendOver(client, outbox, limits, () => onBreach(state, 'SOCKET_NOT_READ')),
        close: (code, reason) => {
          outbox.flush();
          closeDeaf(client, code, reason);
        },
      };
      carry(client, { protocol, limits, state, onBreach, onFault });
    }));
  });
  return async () => {
    outbox.flush();
    for (const client of sockets.clients) client.close(1001, 'Going away');
    await new Promise((resolve) => sockets.close(resolve));
  };
}

function hangUp(socket: Duplex, answer: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${answer}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
