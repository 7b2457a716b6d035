import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../kernel/package-root.js';
import type { SignInConfiguration } from './sign-in-configuration.js';

const FOLDER = path.join(packageRoot, 'src/http/follow-page');

/** Nothing but our own script and style, and our own GraphQL; data: for the icon, which is none. */
const contentSecurityPolicy = (connectTo: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ${connectTo}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** `/` and `/runs/<id>`: one page that lists runs and follows one live. It is a client of the GraphQL API and has no rights of its own. */
export function serveFollowPage(server: FastifyInstance, readSignIn: () => Promise<SignInConfiguration>): void {
  const scripts = ['page.js', 'api.js', 'credential.js', 'sign-in.js', 'follow.js', 'show.js'].map((file) => ({ routes: [`/assets/${file}`], file, type: 'text/javascript; charset=utf-8' }));
  const files = [
    { routes: ['/', '/runs/:id'], file: 'page.html', type: 'text/html; charset=utf-8' },
    { routes: ['/assets/page.css'], file: 'page.css', type: 'text/css; charset=utf-8' },
    ...scripts,
  ];
  for (const { routes, file, type } of files) {
    const content = readFileSync(path.join(FOLDER, file));
    for (const route of routes) {
      server.get(route, (_request, reply) => reply.headers({ 'content-security-policy': contentSecurityPolicy("'self'"), 'cache-control': 'no-cache' }).type(type).send(content));
    }
  }
  const page = readFileSync(path.join(FOLDER, 'page.html'));
  // Where the identity provider sends people back to: the only page that may talk to it, to exchange the code for a token.
  server.get('/sign-in/callback', async (_request, reply) => {
    const { oidc } = await readSignIn().catch(() => ({ oidc: null }));
    const connectTo = oidc ? `'self' ${new URL(oidc.tokenEndpoint).origin}` : "'self'";
    return reply.headers({ 'content-security-policy': contentSecurityPolicy(connectTo), 'cache-control': 'no-store' }).type('text/html; charset=utf-8').send(page);
  });
}
