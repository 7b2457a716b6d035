import diagnostics from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { ROLES } from '../../src/auth/permissions.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';

let app: TestApp;
const routes = new Set<string>();

/** fastify tells of each server that is made, before it has any route. */
function noteRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.add(`${one} ${url}`);
  });
}

beforeAll(async () => {
  diagnostics.subscribe('fastify.initialization', noteRoutes);
  app = await startTestApp({ runsEngine: false });
  diagnostics.unsubscribe('fastify.initialization', noteRoutes);
  await app.admin.ask('mutation { createEventSource(input: { name: "siem", eventType: "lab:signal" }) { source { id } } }');
});

afterAll(() => app[Symbol.asyncDispose]());

/** A page that is a client of the API and shows nothing without a key. */
const PAGE = { status: 200, because: 'a file of ours, the same for everybody' };
/** Health tells nothing but itself. */
const HEALTH = { status: 200, because: 'health' };

interface Route {
  /** What somebody without a key, a link or a signature is answered. */
  readonly status: number;
  /** Why they are answered at all, or what they would need. */
  readonly because: string;
  readonly body?: string;
  readonly type?: string;
}

/** Every address of the console. */
const CONSOLE = ['/', '/playbooks', '/playbooks/new', '/playbooks/:id', '/runs', '/runs/:id', '/triggers', '/triggers/new', '/triggers/:id', '/approvals', '/connections', '/connections/new', '/connections/:id', '/settings', '/settings/:tab', '/sign-in/callback'];

/** Every route, and what it answers to somebody who has nothing. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /healthz': HEALTH,
  'HEAD /healthz': HEALTH,
  'GET /readyz': HEALTH,
  'HEAD /readyz': HEALTH,
  ...Object.fromEntries(CONSOLE.flatMap((at) => [[`GET ${at}`, PAGE], [`HEAD ${at}`, PAGE]])),
  'GET /assets/:file': { status: 404, because: 'a file of ours by its whole name, the same for everybody' },
  'HEAD /assets/:file': { status: 404, because: 'a file of ours by its whole name, the same for everybody' },
  'GET /sign-in/configuration': PAGE,
  'HEAD /sign-in/configuration': PAGE,
  'GET /assets/page.css': PAGE,
  'HEAD /assets/page.css': PAGE,
  'GET /consent/callback': { status: 400, because: 'the state of a link that was handed out' },
  'GET /approvals/:token': { status: 404, because: 'a link that was sent' },
  'HEAD /approvals/:token': { status: 404, because: 'a link that was sent' },
  'POST /approvals/:token': { status: 403, because: 'the page of a link that was sent', body: 'decision=APPROVE', type: 'application/x-www-form-urlencoded' },
  'POST /hooks/:name': { status: 401, because: 'a signature', body: '{}', type: 'application/json' },
  'GET /metrics': { status: 401, because: 'a key' },
  'HEAD /metrics': { status: 401, because: 'a key' },
  'POST /graphql': { status: 401, because: 'a key', body: '{"query":"{ viewer { roles } }"}', type: 'application/json' },
};

test('the table knows every route, and none that is not there', () => {
  expect([...routes].sort()).toEqual(Object.keys(ROUTES).sort());
});

test.each(Object.entries(ROUTES))('%s answers somebody who has nothing as the table says', async (route, { status, body, type }) => {
  const [method = '', url = ''] = route.split(' ');
  const address = `${app.app.url}${url.replace(':name', 'siem').replace(/:\w+/, 'nothing')}`;
  const answer = await fetch(address, { method, ...(body !== undefined && { body }), ...(type !== undefined && { headers: { 'content-type': type } }) });
  expect(answer.status).toBe(status);
});

/** Every answer has another one. */
const withoutNonce = (page: string): string => page.replace(/ nonce="[\w-]{22}"/g, '');

test('a page tells the same to somebody with a key as to somebody without', async () => {
  const pages = Object.keys(ROUTES).filter((route) => ROUTES[route] === PAGE && route.startsWith('GET '));
  expect(pages.length).toBeGreaterThan(5);
  for (const route of pages) {
    const address = `${app.app.url}${route.slice(4).replace(':id', 'run_01h455vb4pex5vsknk084sn02q')}`;
    const [without, withKey] = await Promise.all([fetch(address), fetch(address, { headers: { authorization: `Bearer ${app.admin.key}` } })]);
    expect(withoutNonce(await without.text())).toBe(withoutNonce(await withKey.text()));
  }
});

test('the metrics are for every role, and not for a key with limits: they concern everybody', async () => {
  const statusFor = async ({ key }: TestClient) => (await fetch(`${app.app.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).status;
  for (const role of ROLES) expect([role, await statusFor(await app.clientWith(role))]).toEqual([role, 200]);
  expect(await statusFor(await app.limitedClient({ connectionIds: [await app.admin.connect()] }, 'ADMIN'))).toBe(403);
});

test.each(['/graphql', '/admin', '/apikeys', '/hooks/', '/approvals/', '/runs/x/y', '/..%2f..%2fpackage.json', '/assets/..%2fpage.html'])('GET %s is nothing', async (path) => {
  expect((await fetch(`${app.app.url}${path}`)).status).toBe(404);
});
