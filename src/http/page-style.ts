import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../kernel/package-root.js';

/** The style of the pages that the service writes itself; colours and type are those of the console. */
export function servePageStyle(server: FastifyInstance): void {
  const style = ['console/src/look.css', 'src/http/page.css'].map((file) => readFileSync(path.join(packageRoot, file), 'utf8')).join('\n');
  server.get('/assets/page.css', (_request, reply) => reply.header('cache-control', 'no-cache').type('text/css; charset=utf-8').send(style));
}
