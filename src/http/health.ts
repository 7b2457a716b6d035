import type { FastifyInstance } from 'fastify';
import type { Database } from '../db/database.js';

/** /healthz: the process answers. /readyz: it can do its work, and is not about to stop. */
export function serveHealth(server: FastifyInstance, deps: { database: Database; isStopping: () => boolean }): void {
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    if (deps.isStopping()) return reply.code(503).send({ status: 'stopping' });
    try {
      await deps.database.reader.query('select 1');
      return { status: 'ready' };
    } catch (error) {
      server.log.warn({ err: error }, 'The database does not answer.');
      return reply.code(503).send({ status: 'the database does not answer' });
    }
  });
}
