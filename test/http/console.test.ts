import fastify, { type FastifyBaseLogger } from 'fastify';
import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { serveConsole } from '../../src/http/console.js';
import { keptLog } from '../support/log-lines.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
});

afterAll(() => app[Symbol.asyncDispose]());

const get = (at: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${app.app.url}${at}`, { headers });

test.each(['/', '/runs', '/runs/run_00000000000000000000000000', '/playbooks/new', '/triggers/trg_x', '/approvals', '/connections', '/connections/con_x', '/settings', '/settings/keys'])('%s serves the console, with headers that let nothing foreign in', async (at) => {
  const response = await get(at);
  const html = await response.text();
  const [, nonce] = /style-src 'self' 'nonce-([\w-]{22})';/.exec(response.headers.get('content-security-policy') ?? '') ?? [];
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toBe(`default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(html).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
});

test('every page that the console has can be reloaded: its address is served', async () => {
  const pages = [...readFileSync(path.join(import.meta.dirname, '../../console/src/pages.ts'), 'utf8').matchAll(/path: '([^']+)'/g)].map(([, at = '']) => at);
  expect(pages.length).toBeGreaterThan(1);
  for (const at of pages) expect([at, (await get(at.replace(/:\w+/, 'x'))).status]).toEqual([at, 200]);
});

test('every answer has a nonce of its own, and none of the build stands in it', async () => {
  const pages = await Promise.all([get('/'), get('/')].map(async (response) => (await response).text()));
  expect(pages[0]).not.toBe(pages[1]);
  expect(pages[0]).not.toContain('nonce-of-this-answer');
});

test('everything that the page refers to is there, for ever, and compressed for whoever can read that', async () => {
  const html = await (await get('/')).text();
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, at = '']) => at);
  expect(assets.length).toBeGreaterThan(1);
  for (const at of assets) {
    const [compressed, plain] = await Promise.all([get(at, { 'accept-encoding': 'gzip' }), get(at, { 'accept-encoding': 'identity' })]);
    expect([compressed.status, compressed.headers.get('content-encoding'), compressed.headers.get('x-content-type-options')]).toEqual([200, 'gzip', 'nosniff']);
    expect([plain.headers.get('content-encoding'), plain.headers.get('cache-control')]).toEqual([null, 'public, max-age=31536000, immutable']);
    expect(await compressed.text()).toBe(await plain.text());
  }
});

test.each(['/assets/../../package.json', '/assets/..%2f..%2fpackage.json', '/assets/index.html', '/assets/.built-from', '/.built-from', '/index.html', '/playbooks/a/b', '/nowhere'])('there is nothing at %s', async (at) => {
  const response = await get(at);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});

test('without a build the start and the page say how to make one', async () => {
  const { logger, lines } = keptLog();
  const loggerInstance: FastifyBaseLogger = logger;
  const server = fastify({ loggerInstance });
  serveConsole(server, () => Promise.resolve({ oidc: null }), mkdtempSync(path.join(os.tmpdir(), 'countermeasure-no-build-')));
  const response = await server.inject('/runs/run_x');
  await server.close();
  expect([response.statusCode, response.body]).toEqual([503, expect.stringContaining('npm run build')]);
  expect(lines).toEqual(expect.arrayContaining([expect.objectContaining({ msg: expect.stringContaining('npm run build') })]));
});
