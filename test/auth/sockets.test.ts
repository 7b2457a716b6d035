import { request } from 'node:http';
import WebSocket from 'ws';
import { readConfig } from '../../src/config.js';
import { AUDIENCE, TestIssuer } from '../support/oidc-issuer.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const FOREIGN = 'https://evil.example';
const LISTED = 'https://soc.contoso.example';

let issuer: TestIssuer;
let app: TestApp;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  app = await startTestApp({ oidc: readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE }).oidc, allowedOrigins: [LISTED], runsEngine: false });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

interface Signed {
  readonly socket: WebSocket;
  readonly isIn: Promise<boolean>;
  readonly closed: Promise<{ code: number; reason: string; at: number }>;
}

function open(token: string, options: { origin?: string; host?: string } = {}, at: TestApp = app): Signed {
  const socket = new WebSocket(`${at.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { ...(options.origin !== undefined && { origin: options.origin }), ...(options.host !== undefined && { headers: { host: options.host } }) });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
  const closed = new Promise<{ code: number; reason: string; at: number }>((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: String(reason), at: Date.now() })));
  const isIn = new Promise<boolean>((resolve) => {
    socket.on('message', () => resolve(true));
    socket.on('close', () => resolve(false));
  });
  socket.on('error', () => undefined);
  return { socket, isIn, closed };
}

/** The status that an upgrade is answered with; 101 when it is let through. */
function upgrade(headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(app.app.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: '/graphql', headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'graphql-transport-ws', ...headers } });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('a socket that a token has opened', () => {
  it('is closed when the token ends, and not before', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 3;
    const { isIn, closed } = open(await issuer.token({ exp }));
    expect(await isIn).toBe(true);
    const { code, reason, at } = await closed;
    expect({ code, reason }).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    expect(at).toBeGreaterThanOrEqual(exp * 1_000);
    expect(at).toBeLessThan(exp * 1_000 + 5_000);
  });

  it('stays while a token lives for longer than a timer can count', async () => {
    const { socket, isIn, closed } = open(await issuer.token({ exp: Math.floor(Date.now() / 1_000) + 90 * 86_400 }));
    expect(await isIn).toBe(true);
    const answered = new Promise((resolve) => socket.on('pong', () => resolve('open')));
    socket.ping();
    expect(await Promise.race([answered, closed])).toBe('open');
    socket.terminate();
  });

  it('is closed at its end when a key has opened it, too', async () => {
    const { text } = await app.app.apiKeys.create({ name: 'Short', roles: ['VIEWER'], expiresAt: new Date(Date.now() + 2_000) });
    const { isIn, closed } = open(text);
    expect(await isIn).toBe(true);
    expect(await closed).toMatchObject({ code: 4401 });
  });
});

it.each([
  ['a token of somebody else', async () => issuer.token({ aud: 'api://other' }), 4401],
  ['a token of 20,000 characters', async () => issuer.token({ padding: 'x'.repeat(20_000) }), 4401],
  ['a token without any role', async () => issuer.token({ roles: [] }), 4403],
])('%s opens no socket', async (_what, make, code) => {
  expect(await open(await make()).closed).toMatchObject({ code });
});

describe('pages of other origins', () => {
  const own = (): string => app.app.url;
  const host = (): string => new URL(app.app.url).host;

  it.each([
    ['a program, which sends no origin', () => ({}), 101],
    ['our own page', () => ({ origin: own() }), 101],
    ['our own page by another name of this machine', () => ({ origin: own().replace('127.0.0.1', 'localhost'), host: host().replace('127.0.0.1', 'localhost') }), 101],
    ['an origin that is listed', () => ({ origin: LISTED }), 101],
    ['any other', () => ({ origin: FOREIGN }), 403],
    ['one that only begins like a listed one', () => ({ origin: `${LISTED}.evil.example` }), 403],
    ['a listed one without TLS', () => ({ origin: LISTED.replace('https', 'http') }), 403],
    ['a page without an origin of its own', () => ({ origin: 'null' }), 403],
    ['another port of this machine', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['a name that somebody made to lead here', () => ({ origin: `http://evil.example:${new URL(own()).port}`, host: `evil.example:${new URL(own()).port}` }), 403],
  ])('%s opens a socket, or is refused before the handshake', async (_who, headers, status) => {
    expect(await upgrade(headers())).toBe(status);
  });

  const preflight = (origin: string, at: TestApp) =>
    fetch(`${at.app.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } });

  it('may post to /graphql when they are listed, without cookies, and no others may', async () => {
    const allowed = await preflight(LISTED, app);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(LISTED);
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const posted = await app.admin.post({ query: '{ viewer { roles } }' }, { origin: LISTED });
    expect(posted.headers.get('access-control-allow-origin')).toBe(LISTED);
    expect((await preflight(FOREIGN, app)).headers.get('access-control-allow-origin')).not.toBe(FOREIGN);
    expect((await app.admin.post({ query: '{ viewer { roles } }' }, { origin: FOREIGN })).headers.get('access-control-allow-origin')).not.toBe(FOREIGN);
    expect((await fetch(`${app.app.url}/healthz`, { headers: { origin: LISTED } })).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may not post at all where none is listed', async () => {
    await using plain = await startTestApp({ runsEngine: false });
    expect((await preflight(LISTED, plain)).status).toBe(404);
    expect((await plain.admin.post({ query: '{ viewer { roles } }' }, { origin: LISTED })).headers.get('access-control-allow-origin')).toBeNull();
  });
});
