import fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import type { Callers } from '../auth/caller.js';
import { DeadlinePassed } from '../graphql/deadline.js';
import type { ErrorMap } from '../graphql/error-map.js';
import type { DoorLimits } from '../graphql/limits.js';
import { badInput, DomainError, RateLimited, type ErrorCode } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { Refusals } from '../kernel/refusals.js';
import { secureAnswers } from './headers.js';
import { readJsonBodies } from './json-bodies.js';

/** Far above any honest request; a larger body is refused before it is read. */
const MAX_BODY_BYTES = 1_048_576;

/** Longer than proxies keep their idle connections, so that it is they who close them. */
const KEEP_ALIVE_MS = 72_000;

/** A connection on which nothing moves, in the middle of an answer say. */
const SILENT_MS = 60_000;

interface Deps {
  readonly logger: Logger;
  readonly callers: Callers;
  readonly refusals: Refusals;
  readonly errors: ErrorMap;
  readonly limits: DoorLimits;
  readonly isHttps: boolean;
  readonly trustedProxies: readonly string[];
}

/** The HTTP server with what holds for every request: limits, headers, and errors in the one form that clients know. */
export function createHttpServer(deps: Deps): FastifyInstance {
  const { callers, limits, trustedProxies } = deps;
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const server = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    genReqId: (request) => callers.of(request).requestId,
    forceCloseConnections: true,
    connectionTimeout: SILENT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: limits.requestMs,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // Node looks for late ones from time to time only.
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: Math.min(limits.headersMs, 5_000) },
    // An address that cannot be read is one where nothing is; this way its answer has the headers of all others.
    frameworkErrors: (_error, { raw }, reply) => {
      raw.url = '/unreadable-address';
      server.routing(raw, reply.raw);
    },
    clientErrorHandler: (error, socket) => hangUp(deps, error, socket),
  });
  // What a foreign page could send without being asked; nobody here reads it.
  server.removeContentTypeParser('text/plain');
  readJsonBodies(server);
  secureAnswers(server, deps);
  server.setErrorHandler((error: FastifyError, request, reply) => answerError(deps, error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const hint = path === '/graphql' ? 'Send GraphQL operations to /graphql by POST, or open a WebSocket there.' : `There is nothing at ${path.slice(0, 200)}.`;
    return reply.code(404).send(deps.errors.answer(new DomainError('NOT_FOUND', hint), callers.of(request.raw)));
  });
  return server;
}

const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404, RATE_LIMITED: 429 };

function answerError({ callers, errors }: Deps, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const caller = callers.of(request.raw);
  if (error instanceof DomainError) {
    if (error instanceof RateLimited) void reply.header('retry-after', error.retryAfterSeconds);
    if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
    return reply.code(STATUS[error.code] ?? 400).send(errors.answer(error, caller));
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return reply.code(status).send(errors.answer(badInput([], explain(error)), caller));
  return reply.code(error instanceof DeadlinePassed ? 504 : 500).send(errors.answer(error, caller));
}

/** V8 quotes what stands around the fault, which can be a secret. */
function withoutQuote(message: string): string {
  return message.replace(/,? (\.\.\.)?".*is not valid JSON/s, '');
}

function explain(error: FastifyError): string {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return `The request's body is larger than ${MAX_BODY_BYTES} bytes.`;
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'Send the operation as JSON, with the header content-type: application/json.';
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return `The request's body is not JSON: ${withoutQuote(error.message)}.`;
  return error.message;
}

/** What never became a request: sent too slowly, with headers that are too large, or no HTTP at all. */
function hangUp({ callers, refusals }: Deps, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [code, status] = BREACHES[error.code ?? ''] ?? ['MALFORMED_REQUEST', '400 Bad Request'];
  refusals.note('http', code, callers.unknown(socket));
  if (socket.writable) socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.destroy();
}

const BREACHES: Readonly<Record<string, readonly [string, string] | undefined>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TOO_SLOW', '408 Request Timeout'],
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', '431 Request Header Fields Too Large'],
};
