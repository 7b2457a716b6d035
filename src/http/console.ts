import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../kernel/package-root.js';
import { serveBuiltFiles } from './built-files.js';
import { html } from './html.js';
import { sendPage } from './page.js';
import type { SignInConfiguration } from './sign-in-configuration.js';

const BUILD = path.join(packageRoot, 'console/dist');

/** Every address of the console. It is one page, which looks at the address by itself, so that a page can be reloaded and sent on. */
const ADDRESSES = ['/', '/playbooks', '/playbooks/new', '/playbooks/:id', '/runs', '/runs/:id', '/triggers', '/triggers/new', '/triggers/:id', '/approvals', '/connections', '/connections/new', '/connections/:id', '/settings', '/settings/:tab'];

/** What the build writes where the nonce of an answer belongs; console/vite.config.ts has the same word. */
const NONCE_PLACE = 'nonce-of-this-answer';

/** Where the identity provider sends people back to: the only page that may talk to it, to exchange the code for a token. */
const CALLBACK = '/sign-in/callback';

/** The web console. It is a client of the GraphQL API and has no rights of its own. Without a build the API is there all the same. */
export function serveConsole(server: FastifyInstance, readSignIn: () => Promise<SignInConfiguration>, build = BUILD): void {
  const file = path.join(build, 'index.html');
  if (!existsSync(file)) return sayThatItIsNotBuilt(server);
  const page = readFileSync(file, 'utf8');
  serveBuiltFiles(server, path.join(build, 'assets'));
  for (const address of ADDRESSES) server.get(address, (_request, reply) => sendConsole(reply, page, { connectTo: "'self'", cacheControl: 'no-cache' }));
  server.get(CALLBACK, async (_request, reply) => {
    const { oidc } = await readSignIn().catch(() => ({ oidc: null }));
    const connectTo = oidc ? `'self' ${new URL(oidc.tokenEndpoint).origin}` : "'self'";
    return sendConsole(reply, page, { connectTo, cacheControl: 'no-store' });
  });
}

/** Nothing but our own scripts and styles, styles made by our own script, and our own GraphQL; data: for pictures in styles. */
function sendConsole(reply: FastifyReply, page: string, { connectTo, cacheControl }: { connectTo: string; cacheControl: string }): FastifyReply {
  const nonce = randomBytes(16).toString('base64url');
  const policy = `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src ${connectTo}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return reply.headers({ 'content-security-policy': policy, 'cache-control': cacheControl }).type('text/html; charset=utf-8').send(page.replaceAll(NONCE_PLACE, nonce));
}

function sayThatItIsNotBuilt(server: FastifyInstance): void {
  server.log.warn('The console is not built: run "npm run build" and start again. The API is there all the same.');
  for (const address of [...ADDRESSES, CALLBACK]) {
    server.get(address, (_request, reply) =>
      sendPage(reply, 503, 'The console is not built', html`<p>Run <code>npm run build</code> in the folder of the service and start it again. The GraphQL API is there all the same, at <code>/graphql</code>.</p>`),
    );
  }
}
