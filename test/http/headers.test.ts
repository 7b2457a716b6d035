import type { FastifyInstance } from 'fastify';
import diagnostics from 'node:diagnostics_channel';
import http from 'node:http';
import { Callers } from '../../src/auth/caller.js';
import { ErrorMap } from '../../src/graphql/error-map.js';
import { DOOR_LIMITS } from '../../src/graphql/limits.js';
import { createHttpServer } from '../../src/http/server.js';
import { Metrics } from '../../src/kernel/metrics.js';
import { Refusals } from '../../src/kernel/refusals.js';
import { keptLog } from '../support/log-lines.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const routes: { method: string; url: string }[] = [];
let app: TestApp;

/** Fastify tells of every server that is made, so the routes are those that there are, not those that this test knows. */
function watchRoutes(message: unknown): void {
  (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
}

beforeAll(async () => {
  diagnostics.subscribe('fastify.initialization', watchRoutes);
  app = await startTestApp({ runsEngine: false });
  diagnostics.unsubscribe('fastify.initialization', watchRoutes);
});

afterAll(() => app[Symbol.asyncDispose]());

/** fetch would mend a malformed address before it sends it. */
async function request(method: string, path: string, headers: http.OutgoingHttpHeaders = {}, body?: string): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  const { hostname, port } = new URL(app.app.url);
  return new Promise((resolve, reject) => {
    const sent = http.request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function expectSecure(headers: http.IncomingHttpHeaders | Record<string, unknown>): void {
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'cache-control': expect.stringMatching(/^(no-store|no-cache)$/),
  });
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('server');
}

it('every route of the server answers with secure headers, whatever it answers', async () => {
  const known = routes.map(({ method, url }) => `${method} ${url}`);
  expect(known).toEqual(expect.arrayContaining(['POST /graphql', 'GET /metrics', 'GET /healthz', 'GET /readyz', 'POST /hooks/:name', 'GET /approvals/:token', 'POST /approvals/:token', 'GET /consent/callback', 'GET /', 'GET /runs/:id', 'GET /assets/:file']));
  for (const { method, url } of routes) expectSecure((await request(method, url.replace(/:\w+/, 'x'))).headers);
});

it.each([
  ['an address where nothing is', 'GET', '/nowhere', {}, 404],
  ['an address that cannot be read', 'GET', '/%zz', {}, 404],
  ['an address that is too long', 'GET', `/approvals/${'x'.repeat(300)}`, {}, 404],
  ['a method that nobody serves', 'DELETE', '/graphql', {}, 404],
  ['a caller without a key', 'POST', '/graphql', {}, 401],
  ['a host that cannot be read', 'POST', '/graphql', { host: 'a b' }, 400],
])('%s is answered with secure headers, too', async (_what, method, path, headers, status) => {
  const answer = await request(method, path, headers);
  expect(answer.status).toBe(status);
  expectSecure(answer.headers);
});

it('a fault of the service is answered with secure headers, too, and with the id under which the log has it', async () => {
  const { logger, lines } = keptLog();
  await using broken = await startTestApp({ runsEngine: false, logger });
  await broken.database.query('alter table api_key rename to gone');
  const response = await broken.admin.post({ query: '{ viewer { roles } }' });
  expect(response.status).toBe(500);
  expectSecure(Object.fromEntries(response.headers));
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { requestId: string } }[] };
  const [error] = errors;
  expect(error?.extensions.requestId).toBe(response.headers.get('x-request-id'));
  expect(error?.message).not.toMatch(/relation|api_key/);
  expect(lines.filter(({ requestId }) => requestId === error?.extensions.requestId)).toHaveLength(1);
});

it('nothing with a secret is kept by a cache', async () => {
  for (const path of ['/graphql', '/metrics', '/approvals/x', '/consent/callback', '/hooks/x']) expect((await request('GET', path)).headers['cache-control']).toBe('no-store');
  expect((await app.admin.post({ query: '{ viewer { roles } }' })).headers.get('cache-control')).toBe('no-store');
});

it.each([[true, 'max-age=63072000'], [false, undefined]])('that browsers come by HTTPS only is said where that is so (%s)', async (isHttps, expected) => {
  const { logger } = keptLog();
  const refusals = new Refusals({ logger, metrics: new Metrics() });
  const server = createHttpServer({ logger, callers: new Callers(() => '127.0.0.1'), refusals, errors: new ErrorMap({ logger, refusals, allowIntrospection: false, onUseless: () => undefined }), limits: DOOR_LIMITS, isHttps, trustedProxies: [] });
  const { headers } = await server.inject('/');
  await server.close();
  expect(headers['strict-transport-security']).toBe(expected);
});
