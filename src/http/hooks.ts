import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Callers } from '../auth/caller.js';
import type { FailedAttempts } from '../auth/failed-attempts.js';
import { RateLimited } from '../kernel/errors.js';
import type { Refusals } from '../kernel/refusals.js';
import { inSpan } from '../kernel/tracing.js';
import { HookRefused } from '../triggers/hook-refused.js';
import type { HookAnswer, HookService } from '../triggers/hook.service.js';

/** Far above any honest request; a larger body is refused before it is read. */
const MAX_BODY_BYTES = 1_048_576;

interface Deps {
  readonly hooks: HookService;
  readonly callers: Callers;
  readonly attempts: FailedAttempts;
  readonly refusals: Refusals;
}

/** POST /hooks/<name>: events from other systems. Signatures are made over the body as it came, so it is kept as bytes. */
export function serveHooks(server: FastifyInstance, { hooks, callers, attempts, refusals }: Deps): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const refusal = toRefusal(error);
      if (!refusal) throw error;
      // One that the service found is counted already.
      const told = error instanceof HookRefused ? refusal : hooks.refuse(refusal);
      refusals.note('hook', told.code, callers.of(request.raw), { source: told.source });
      if (error instanceof RateLimited) void reply.header('retry-after', error.retryAfterSeconds);
      return reply.code(told.status).send({ error: { code: told.code, message: told.message, problems: told.problems } });
    });
    scope.post<{ Params: { name: string }; Querystring: Record<string, string | string[]> }>('/hooks/:name', async (request, reply) => {
      const query = Object.fromEntries(Object.entries(request.query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // A handshake has no body of its own, and some providers call it text.
      if (query['validationToken'] === undefined && !isJson(request.headers['content-type'])) throw hooks.refuse(new HookRefused('UNSUPPORTED_MEDIA_TYPE', ''));
      const { name } = request.params;
      const { address } = callers.of(request.raw);
      // What was found right is a sender at its address: whose signature will be right next time is not known before.
      return send(reply, await attempts.guard('signature', address, `${address} ${name}`, () => inSpan('hook', { kind: 'SERVER' }, () => hooks.receive({ name, headers: request.headers, query, body })), isUnproved));
    });
  });
}

/** Whoever sent it did not know the secret, or guesses names. */
function isUnproved(result: { value: unknown } | { error: unknown }): boolean {
  return 'error' in result && result.error instanceof HookRefused && (result.error.status === 401 || result.error.code === 'UNKNOWN_SOURCE');
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

function send(reply: FastifyReply, answer: HookAnswer): FastifyReply {
  if (answer.kind === 'HANDSHAKE') return reply.code(200).type('text/plain; charset=utf-8').send(answer.text);
  const duplicates = answer.events.filter(({ isDuplicate }) => isDuplicate).length;
  return reply.code(202).send({ accepted: answer.events.length - duplicates, duplicates, events: answer.events.map(({ event }) => event.id) });
}

function toRefusal(error: FastifyError | HookRefused | RateLimited): HookRefused | undefined {
  if (error instanceof HookRefused) return error;
  if (error instanceof RateLimited) return new HookRefused('RATE_LIMITED', '');
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HookRefused('BODY_TOO_LARGE', '');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new HookRefused('UNSUPPORTED_MEDIA_TYPE', '');
  return error.statusCode !== undefined && error.statusCode < 500 ? new HookRefused('MALFORMED_BODY', '') : undefined;
}
