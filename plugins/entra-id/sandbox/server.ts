import { fastify } from 'fastify';
import { registerControlRoutes } from './control-routes.js';
import type { Controls } from './controls.js';
import { graphProtocol } from './graph/serve-graph.js';
import { IDENTITY_ROUTES, identityProtocol } from './identity-protocol.js';
import type { SandboxServer } from './listen-on.js';
import { serveCall } from './serve-call.js';
import type { Tenant } from './tenant.js';
import { welcomePage } from './welcome-page.js';

const BODY_LIMIT_BYTES = 1_048_576;

function registerProtocols(app: SandboxServer, tenant: Tenant): void {
  for (const route of IDENTITY_ROUTES) {
    app.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const { tenant: segment = '' } = request.params as { tenant?: string };
        return serveCall(request, reply, tenant, identityProtocol(route, segment, tenant));
      },
    });
  }
  const graph = graphProtocol(tenant);
  app.all('/v1.0/*', async (request, reply) => serveCall(request, reply, tenant, graph));
  app.all('/v1.0', async (request, reply) => serveCall(request, reply, tenant, graph));
}

/** Puts the routes together; whoever calls this listens and closes. */
export function buildServer(tenant: Tenant, controls: Controls): SandboxServer {
  const { certificate } = tenant.state;
  const app: SandboxServer = fastify({
    https: { key: certificate.privateKeyPem, cert: certificate.certificatePem },
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes: false,
    // Kept-alive connections of clients would hold the server open long after its last answer.
    forceCloseConnections: true,
    // Object ids are short, but a filter in a path or a long UPN must not make a route disappear.
    routerOptions: { maxParamLength: 1_000 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    tenant.logger.error({ error, method: request.method, path: request.url.split('?', 1)[0] }, 'The sandbox tenant failed to answer a call.');
    return reply.code(500).send({ error: { code: 'InternalServerError', message: 'The sandbox tenant failed; its log says why.' } });
  });
  app.get('/', async (_, reply) => reply.type('text/html; charset=utf-8').send(welcomePage(tenant)));
  app.setNotFoundHandler(async (_, reply) => reply.code(404).send({ error: 'The sandbox tenant has no such route. GET / says what it has.' }));
  registerProtocols(app, tenant);
  registerControlRoutes(app, tenant, controls);
  return app;
}
