import { readConfig } from '../../src/config.js';
import { AUDIENCE, TestIssuer } from '../support/oidc-issuer.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { comesAbout } from '../support/until.js';

const oidcOf = (url: string) => readConfig({ OIDC_ISSUER: url, OIDC_AUDIENCE: AUDIENCE }).oidc;
const isLetIn = async (token: string, { app }: TestApp): Promise<boolean> => (await new TestClient(app.url, token).post({ query: '{ viewer { roles } }' })).status === 200;
const asksForKeys = ({ asked }: TestIssuer): number => asked.filter((path) => path.endsWith('/keys')).length;

test('the service starts although the issuer is away, refuses its tokens as any other, and takes them as soon as it is there', async () => {
  await using issuer = await TestIssuer.start();
  const token = await issuer.token();
  await issuer.leave();
  await using app = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false });
  expect(await isLetIn(token, app)).toBe(false);
  expect((await fetch(`${app.app.url}/sign-in/configuration`)).status).toBe(200);
  expect(await isLetIn(app.admin.key, app)).toBe(true);
  await issuer.comeBack();
  await comesAbout(() => isLetIn(token, app), 'the token is taken');
});

test('tokens that were good stay good while the issuer is away', async () => {
  await using issuer = await TestIssuer.start();
  await using app = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false });
  expect(await isLetIn(await issuer.token(), app)).toBe(true);
  await issuer.leave();
  expect(await isLetIn(await issuer.token({ sub: 'grace' }), app)).toBe(true);
});

test('keys are rotated while two processes run: the new one counts at once, the withdrawn one no more', async () => {
  await using issuer = await TestIssuer.start();
  await using first = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false });
  await using second = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false, database: first.database });
  const before = await issuer.token();
  for (const app of [first, second]) expect(await isLetIn(before, app)).toBe(true);
  await issuer.rotate('ES256');
  const after = await issuer.token();
  for (const app of [first, second]) expect(await isLetIn(after, app)).toBe(true);
  for (const app of [first, second]) expect(await isLetIn(before, app)).toBe(false);
  const { rows } = await first.database.query('select subject from app_user');
  expect(rows).toEqual([{ subject: 'ada' }]);
});

test('made-up keys do not make the service hammer the issuer, and keep nobody else out', async () => {
  await using issuer = await TestIssuer.start();
  await using app = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false, rateLimits: { failedSignInsPerMinute: 0 } });
  const good = await issuer.token();
  const forged = await Promise.all(Array.from({ length: 40 }, (_, index) => issuer.token({}, { kid: `made-up-${index}` })));
  for (const token of forged) expect(await isLetIn(token, app)).toBe(false);
  expect(await isLetIn(good, app)).toBe(true);
  expect(asksForKeys(issuer)).toBeLessThanOrEqual(4);
});

test('an issuer that is away is not hammered either', async () => {
  await using issuer = await TestIssuer.start();
  const token = await issuer.token();
  issuer.metadata = { jwks_uri: `${issuer.url}/nothing` };
  await using app = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false });
  for (let index = 0; index < 20; index += 1) expect(await isLetIn(token, app)).toBe(false);
  expect(issuer.asked.length).toBeLessThanOrEqual(5);
});

test.each([
  ['names another issuer', { issuer: 'https://login.evil.example' }],
  ['leads to keys without TLS', { jwks_uri: 'http://keys.contoso.example/keys' }],
  ['names no keys', { jwks_uri: undefined }],
])('a discovery document that %s is not believed', async (_what, metadata) => {
  await using issuer = await TestIssuer.start();
  issuer.metadata = metadata;
  await using app = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false });
  expect(await isLetIn(await issuer.token(), app)).toBe(false);
});

test('many first sign-ins of one person at once make one user', async () => {
  await using issuer = await TestIssuer.start();
  await using first = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false });
  await using second = await startTestApp({ oidc: oidcOf(issuer.url), runsEngine: false, database: first.database });
  const token = await issuer.token();
  const ids = await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      const client = new TestClient((index % 2 === 0 ? first : second).app.url, token);
      return (await client.ask<{ viewer: { actor: { id: string } } }>('{ viewer { actor { ... on User { id } } } }')).viewer.actor.id;
    }),
  );
  expect(new Set(ids).size).toBe(1);
  expect((await first.database.query('select id from app_user')).rows).toEqual([{ id: ids[0] }]);
});
