import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../kernel/package-root.js';

const FOLDER = path.join(packageRoot, 'src/http/follow-page');

/** Nothing but our own script and style, and our own GraphQL; data: for the icon, which is none. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/` and `/runs/<id>`: one page that lists runs and follows one live. It is a client of the GraphQL API and has no rights of its own. */
export function serveFollowPage(server: FastifyInstance): void {
  const scripts = ['page.js', 'api.js', 'follow.js', 'show.js'].map((file) => ({ routes: [`/assets/${file}`], file, type: 'text/javascript; charset=utf-8' }));
  const files = [
    { routes: ['/', '/runs/:id'], file: 'page.html', type: 'text/html; charset=utf-8' },
    { routes: ['/assets/page.css'], file: 'page.css', type: 'text/css; charset=utf-8' },
    ...scripts,
  ];
  for (const { routes, file, type } of files) {
    const content = readFileSync(path.join(FOLDER, file));
    for (const route of routes) {
      server.get(route, (_request, reply) => reply.headers({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'cache-control': 'no-cache' }).type(type).send(content));
    }
  }
}
