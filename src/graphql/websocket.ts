import type { Server } from 'node:http';
import { GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Session } from '../auth/session.js';
import { DomainError } from '../kernel/errors.js';
import type { GraphqlDoor } from './apollo.js';
import { LIMITS } from './limits.js';
import type { OpenSocket, OpenSockets } from './open-sockets.js';
import { OperationReader } from './prepare-operation.js';

const MAX_MESSAGE_BYTES = 1_000_000;

/** How long a socket may stay open without saying who it is. */
const SIGN_IN_WITHIN_MS = 5_000;

interface Extra extends Record<PropertyKey, unknown> {
  session?: Session;
  opened?: OpenSocket;
  /** Aborted when the socket closes. */
  closing?: AbortController;
}

/** GraphQL over WebSocket on /graphql, by the protocol graphql-transport-ws. Returns what closes all sockets. */
export function serveGraphqlOverWebSocket(server: Server, door: GraphqlDoor, open: OpenSockets): () => Promise<void> {
  // Without the server: it would take that one's own errors, a port in use, for errors of the sockets.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] === '/graphql') return sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });
  const operations = new OperationReader(door.schema);
  const handle = useServer<{ authorization?: unknown }, Extra>(
    {
      schema: door.schema,
      connectionInitWaitTimeout: SIGN_IN_WITHIN_MS,
      onConnect: async ({ connectionParams, extra }) => {
        const { authorization } = connectionParams ?? {};
        try {
          const session = await door.authenticate(typeof authorization === 'string' ? authorization : undefined);
          if (open.countOf(session.actor.id) >= LIMITS.socketsPerKey) {
            extra.socket.close(CloseCode.TooManyInitialisationRequests, 'RATE_LIMITED');
            return false;
          }
          extra.session = session;
          extra.opened = { actor: session.actor, close: () => extra.socket.close(CloseCode.Unauthorized, 'UNAUTHENTICATED') };
          open.add(extra.opened);
          return true;
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          extra.socket.close(CloseCode.Unauthorized, error.code);
          return false;
        }
      },
      onSubscribe: ({ subscriptions }, _id, { query, variables, operationName }) => {
        if (Object.keys(subscriptions).length > LIMITS.operationsPerSocket) return [tooMany()];
        const found = operations.read({ query, variables: variables ?? {}, operationName: operationName ?? undefined });
        if (!('kind' in found)) return found;
        return { schema: door.schema, document: found, ...(variables && { variableValues: variables }), ...(operationName && { operationName }) };
      },
      onClose: ({ extra }) => {
        if (extra.opened) open.delete(extra.opened);
        extra.closing?.abort();
      },
      context: ({ extra }) => {
        const { session } = extra;
        if (!session) throw new DomainError('UNAUTHENTICATED', 'The socket has not signed in.');
        extra.closing ??= new AbortController();
        return door.createContext(session, extra.closing.signal);
      },
      onNext: (_context, _id, _payload, _args, result) => (result.errors ? { ...result, errors: door.errors.formatAll(result.errors) } : result),
      onError: (_context, _id, _payload, errors) => door.errors.formatAll(errors),
    },
    sockets,
  );
  return async () => {
    await handle.dispose();
    sockets.close();
  };
}

function tooMany(): GraphQLError {
  const message = `A socket may have ${LIMITS.operationsPerSocket} operations under way: end some of them, or open another socket.`;
  return new GraphQLError(message, { originalError: new DomainError('RATE_LIMITED', message) });
}
