import fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { toExtensions } from '../graphql/error-map.js';
import type { ErrorCode } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';

/** Far above any honest request; a larger body is refused before it is read. */
const MAX_BODY_BYTES = 1_048_576;

/** The HTTP server with what holds for every request: limits, headers, and errors in the one form that clients know. */
export function createHttpServer(logger: Logger): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const server = fastify({ loggerInstance, logController: new LogController({ disableRequestLogging: true }), bodyLimit: MAX_BODY_BYTES, genReqId: () => randomUUID(), forceCloseConnections: true });

  server.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' });
  });

  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(body('BAD_USER_INPUT', explain(error)));
    request.log.error({ err: error, requestId: request.id }, 'A request failed by a fault of the service.');
    return reply.code(500).send(body('INTERNAL_SERVER_ERROR', `Something went wrong in the service. Its log has the details under ${request.id}.`, request.id));
  });

  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const hint = path === '/graphql' ? 'Send GraphQL operations to /graphql by POST, or open a WebSocket there.' : `There is nothing at ${path.slice(0, 200)}.`;
    return reply.code(404).send(body('NOT_FOUND', hint));
  });

  return server;
}

function body(code: ErrorCode, message: string, requestId?: string) {
  const problems = code === 'BAD_USER_INPUT' ? [{ path: [], message }] : [];
  return { errors: [{ message, extensions: { ...toExtensions(code, problems), ...(requestId !== undefined && { requestId }) } }] };
}

function explain(error: FastifyError): string {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return `The request's body is larger than ${MAX_BODY_BYTES} bytes.`;
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'Send the operation as JSON, with the header content-type: application/json.';
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return `The request's body is not JSON: ${error.message}`;
  return error.message;
}
