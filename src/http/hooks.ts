import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { HookRefused } from '../triggers/hook-refused.js';
import type { HookAnswer, HookService } from '../triggers/hook.service.js';

/** Far above any honest request; a larger body is refused before it is read. */
const MAX_BODY_BYTES = 1_048_576;

/** POST /hooks/<name>: events from other systems. Signatures are made over the body as it came, so it is kept as bytes. */
export function serveHooks(server: FastifyInstance, hooks: HookService): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const refusal = toRefusal(error);
      if (!refusal) throw error;
      // One that the service found is counted already.
      const told = error instanceof HookRefused ? refusal : hooks.refuse(refusal);
      request.log.warn({ requestId: request.id, source: told.source, code: told.code }, 'A request to a hook was refused.');
      return reply.code(told.status).send({ error: { code: told.code, message: told.message, problems: told.problems } });
    });
    scope.post<{ Params: { name: string }; Querystring: Record<string, string | string[]> }>('/hooks/:name', async (request, reply) => {
      const query = Object.fromEntries(Object.entries(request.query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      // A handshake has no body of its own, and some providers call it text.
      if (query['validationToken'] === undefined && !isJson(request.headers['content-type'])) throw hooks.refuse(new HookRefused('UNSUPPORTED_MEDIA_TYPE', ''));
      return send(reply, await hooks.receive({ name: request.params.name, headers: request.headers, query, body }));
    });
  });
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

function send(reply: FastifyReply, answer: HookAnswer): FastifyReply {
  if (answer.kind === 'HANDSHAKE') return reply.code(200).type('text/plain; charset=utf-8').send(answer.text);
  const duplicates = answer.events.filter(({ isDuplicate }) => isDuplicate).length;
  return reply.code(202).send({ accepted: answer.events.length - duplicates, duplicates, events: answer.events.map(({ event }) => event.id) });
}

function toRefusal(error: FastifyError | HookRefused): HookRefused | undefined {
  if (error instanceof HookRefused) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HookRefused('BODY_TOO_LARGE', '');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new HookRefused('UNSUPPORTED_MEDIA_TYPE', '');
  return error.statusCode !== undefined && error.statusCode < 500 ? new HookRefused('MALFORMED_BODY', '') : undefined;
}
