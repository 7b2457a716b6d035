import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startTestApp, type TestApp } from '../support/test-app.js';

const FOLDER = path.join(import.meta.dirname, '../../src/http/follow-page');

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
});

afterAll(() => app[Symbol.asyncDispose]());

test.each(['/', '/runs/run_00000000000000000000000000'])('%s serves the page, with headers that let nothing foreign in', async (at) => {
  const response = await fetch(`${app.app.url}${at}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await response.text()).toContain('<main');
});

test('everything that the page refers to is there', async () => {
  const html = readFileSync(path.join(FOLDER, 'page.html'), 'utf8');
  const scripts = readdirSync(FOLDER).filter((file) => file.endsWith('.js'));
  const assets = [...[...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, at]) => at), ...scripts.map((file) => `/assets/${file}`)];
  for (const at of assets) expect((await fetch(`${app.app.url}${at}`)).status).toBe(200);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  const references = [...html.matchAll(/(?:for|aria-labelledby|aria-describedby)="([^"]+)"/g)].map(([, id]) => id);
  const used = scripts.flatMap((file) => [...readFileSync(path.join(FOLDER, file), 'utf8').matchAll(/(?:byId|getElementById)\('([^']+)'\)/g)].map(([, id]) => id));
  expect([...references, ...used].filter((id) => !ids.includes(id))).toEqual([]);
});

test('what the service says is never read as HTML or code', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.js'))) {
    expect(readFileSync(path.join(FOLDER, file), 'utf8')).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
  }
});

test('there is nothing at any other address', async () => {
  const response = await fetch(`${app.app.url}/assets/../../package.json`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
});
