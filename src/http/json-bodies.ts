import type { FastifyInstance } from 'fastify';
import { badInput } from '../kernel/errors.js';
import { isNestedDeeperThan } from '../kernel/json.js';

/** Lists and objects within each other; far above what honest requests have. */
const MAX_DEPTH = 200;

/** Bodies are read as JSON by fastify's own parser; what is nothing but brackets is refused before. */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (isNestedDeeperThan(body, MAX_DEPTH)) return done(badInput([], `The request's body has more than ${MAX_DEPTH} lists and objects within each other.`));
    void parse(request, body, done);
  });
}
