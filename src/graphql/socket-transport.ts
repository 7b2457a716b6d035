import { CloseCode, handleProtocols, type Server as SocketServer } from 'graphql-ws';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { DoorLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { SocketState } from './socket-protocol.js';

/** How long a peer has to read why it was closed. */
const GOODBYE_MS = 500;

const MAX_MESSAGE_BYTES = 1_000_000;

/** Why graphql-ws closes a socket by itself. A refused sign-in is told where it is refused. */
const BREACHES: ReadonlySet<number> = new Set([CloseCode.BadRequest, CloseCode.SubprotocolNotAcceptable, CloseCode.ConnectionInitialisationTimeout, CloseCode.TooManyInitialisationRequests, CloseCode.SubscriberAlreadyExists]);

export interface Carriage {
  readonly protocol: SocketServer<SocketState>;
  readonly limits: DoorLimits;
  readonly state: SocketState;
  /** A peer broke the protocol, or did not read; its socket is ended. */
  readonly onBreach: (state: SocketState, code: 'MALFORMED_FRAME' | 'SOCKET_NOT_READ' | `CLOSED_${number}`) => void;
  readonly onFault: (error: unknown) => void;
}

/** Without compression, which costs memory for each socket and unpacks what a peer made small. One message at a time, so that whoever sends thousands at once holds up nobody else. Without the HTTP server, whose own errors it would take for its own. */
export function createSockets(): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, allowSynchronousEvents: false, handleProtocols: (offered) => handleProtocols(offered) });
}

/**
 * Carries the protocol over one socket. graphql-ws has a carrier of its own, but that one tells its faults to the console
 * and, by its default, to the peer, and holds whatever a peer does not read.
 */
export function carry(socket: WebSocket, { protocol, limits, state, onBreach, onFault }: Carriage): void {
  const breach = (): void => {
    onBreach(state, `CLOSED_${CloseCode.BadRequest}`);
    socket.close(CloseCode.BadRequest, 'Invalid message received');
  };
  const fail = (error: unknown): void => {
    // graphql-ws throws at a message that only servers send, as if that were its own fault.
    if (error instanceof Error && error.message.startsWith('Unexpected message of type')) return breach();
    onFault(error);
    socket.close(CloseCode.InternalServerError, 'INTERNAL_SERVER_ERROR');
  };
  // What ws says of a frame that is too large or malformed; it has begun to close by itself.
  socket.on('error', () => onBreach(state, 'MALFORMED_FRAME'));
  const stopAsking = askWhetherAlive(socket, limits.socketPingMs);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: state.send,
      close: (code, reason) => {
        if (code !== undefined && BREACHES.has(code)) onBreach(state, `CLOSED_${code}`);
        state.close(code, reason);
      },
      onMessage: (read) => {
        socket.on('message', (data: RawData, isBinary) => {
          if (isBinary) return breach();
          read(textOf(data)).catch(fail);
        });
      },
    },
    state,
  );
  socket.once('close', (code, reason) => {
    stopAsking();
    closed(code, reason.toString()).catch(onFault);
  });
}

/** Sends over a socket. While a peer is slow, it tells when it has taken what is sent, so that its sender waits; nothing is held for one that does not read at all: `onNotRead` is told, and it is over. */
export function sendOver(socket: WebSocket, outbox: Outbox, { socketBufferBytes }: DoorLimits, onNotRead: () => void): (text: string) => Promise<void> | undefined {
  let isInOutbox = false;
  return (text) => {
    if (socket.readyState !== socket.OPEN) return undefined;
    if (socket.bufferedAmount > socketBufferBytes) {
      onNotRead();
      socket.terminate();
      return undefined;
    }
    if (!isInOutbox && socket.bufferedAmount === 0) {
      isInOutbox = true;
      outbox.put(() => {
        isInOutbox = false;
        socket.send(text);
      });
      return undefined;
    }
    return new Promise((resolve) => {
      // An error means that the socket is gone, which its closing tells.
      outbox.put(() => socket.send(text, () => resolve()));
    });
  };
}

/** Says that it is over, and hears no more: who was refused for sending too much has often sent thousands of messages behind. */
export function closeDeaf(socket: WebSocket, code?: number, reason?: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason);
  socket.pause();
  const leaving = setTimeout(() => socket.terminate(), GOODBYE_MS);
  socket.once('close', () => clearTimeout(leaving));
}

/** A peer that is gone without a word answers no ping. */
function askWhetherAlive(socket: WebSocket, everyMs: number): () => void {
  let hasAnswered = true;
  socket.on('pong', () => {
    hasAnswered = true;
  });
  const timer = setInterval(() => {
    if (!hasAnswered) return socket.terminate();
    hasAnswered = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
