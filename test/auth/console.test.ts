import type { Browser, Page } from 'playwright-core';
import { readConfig } from '../../src/config.js';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { AUDIENCE, CLIENT_ID, TestIssuer } from '../support/oidc-issuer.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const SIGN_IN = 'Sign in with your identity provider';

let issuer: TestIssuer;
let app: TestApp;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  app = await startTestApp({ oidc: readConfig({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE, OIDC_CLIENT_ID: CLIENT_ID }).oidc });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

/** A run that goes on until it is let. */
async function heldRun(): Promise<{ runId: string; letGo: () => void }> {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  app.lab.behaviours.set('alpha', () => gate);
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect() }]);
  return { runId: await app.admin.run(playbook.id), letGo };
}

test('how one signs in is told to everybody, and nothing else', async () => {
  const response = await fetch(`${app.app.url}/sign-in/configuration`);
  expect(await response.json()).toEqual({
    oidc: { issuer: issuer.url, clientId: CLIENT_ID, scope: 'openid profile email', authorizationEndpoint: `${issuer.url}/authorize`, tokenEndpoint: `${issuer.url}/token` },
  });
});

test('only the page that exchanges the code may talk to the identity provider', async () => {
  const policyOf = async (at: string) => /connect-src ([^;]*)/.exec((await fetch(`${app.app.url}${at}`)).headers.get('content-security-policy') ?? '')?.[1];
  expect(await policyOf('/sign-in/callback')).toBe(`'self' ${new URL(issuer.url).origin}`);
  for (const at of ['/', '/runs/run_00000000000000000000000000']) expect(await policyOf(at)).toBe("'self'");
});

test('while the identity provider is away the page says so, and the callback page is there all the same', async () => {
  await using away = await startTestApp({ oidc: readConfig({ OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: AUDIENCE, OIDC_CLIENT_ID: CLIENT_ID }).oidc, runsEngine: false });
  const response = await fetch(`${away.app.url}/sign-in/configuration`);
  expect([response.status, await response.json()]).toEqual([503, { problem: 'The identity provider does not answer.' }]);
  expect((await fetch(`${away.app.url}/sign-in/callback`)).status).toBe(200);
});

const describeHere = hasBrowser ? describe : describe.skip;

describeHere('in a browser', () => {
  let browser: Browser;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    issuer.tokenLifetimeSeconds = 3_600;
    issuer.idToken = {};
    issuer.person = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@contoso.example', roles: ['RESPONDER'] };
    page = await (await browser.newContext()).newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/40[13]/.test(message.text())) faults.push(message.text());
    });
  });
  afterEach(() => page.context().close());

  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();

  it('somebody signs in by code and PKCE, comes back to the run and follows it to its end', async () => {
    const { runId, letGo } = await heldRun();
    await page.goto(`${app.app.url}/runs/${runId}`);
    await page.getByRole('button', { name: SIGN_IN }).click();
    await page.waitForURL(`${app.app.url}/runs/${runId}`);
    await see('Running');
    letGo();
    await see('The run is over: Succeeded');
    expect(issuer.asked.filter((path) => path.endsWith('/token'))).toHaveLength(1);
    expect(await page.evaluate('JSON.stringify(history.state) + location.href')).not.toContain('code');
    expect(faults).toEqual([]);
  });

  it('when the token ends, the page signs in anew by itself and goes on with the run where it was', async () => {
    issuer.tokenLifetimeSeconds = 6;
    const { runId, letGo } = await heldRun();
    await page.goto(`${app.app.url}/runs/${runId}`);
    await page.getByRole('button', { name: SIGN_IN }).click();
    await see('Running');
    issuer.tokenLifetimeSeconds = 3_600;
    await page.waitForURL(/\/sign-in\/callback/);
    await page.waitForURL(`${app.app.url}/runs/${runId}`);
    await see('Running');
    letGo();
    await see('The run is over: Succeeded');
    expect(await page.getByRole('list', { name: 'Events' }).getByRole('listitem').count()).toBe((await app.admin.read(runId)).events.length);
    expect(faults).toEqual([]);
  });

  it('somebody without a role is told so, and is not sent round in circles', async () => {
    issuer.person = { sub: 'guest', roles: [] };
    await page.goto(app.app.url);
    await page.getByRole('button', { name: SIGN_IN }).click();
    await see(/you have no role in Countermeasure/);
    expect(page.url()).toBe(`${app.app.url}/`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: SIGN_IN }).waitFor();
  });

  it('a token that the service refuses leads to the sign-in and not away', async () => {
    issuer.person = { ...issuer.person, aud: 'api://other' };
    await page.goto(app.app.url);
    await page.getByRole('button', { name: SIGN_IN }).click();
    await see(/Your sign-in is not valid any more/);
    expect(page.url()).toBe(`${app.app.url}/`);
    await page.getByRole('button', { name: SIGN_IN }).waitFor();
  });

  it.each([
    ['another nonce', { nonce: 'replayed' }],
    ['another issuer', { iss: 'https://login.evil.example' }],
    ['another app', { aud: 'other' }],
  ])('an id token of %s is refused, and nothing is kept', async (_of, claims) => {
    issuer.idToken = claims;
    await page.goto(`${app.app.url}/runs/run_00000000000000000000000000`);
    await page.getByRole('button', { name: SIGN_IN }).click();
    await see(/The token belongs to another sign-in/);
    expect(page.url()).toBe(`${app.app.url}/runs/run_00000000000000000000000000`);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('an answer that belongs to no sign-in of this tab is refused', async () => {
    await page.goto(`${app.app.url}/sign-in/callback?code=stolen&state=forged`);
    await see(/belongs to no sign-in that was begun in this tab/);
    expect(page.url()).toBe(`${app.app.url}/`);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('an API key signs in as before', async () => {
    await page.goto(app.app.url);
    await page.getByLabel('API key').fill(app.admin.key);
    await page.getByRole('button', { name: 'Sign in by key' }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    expect(faults).toEqual([]);
  });
});
