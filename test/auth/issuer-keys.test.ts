import { OidcIssuer } from '../../src/auth/oidc-issuer.js';
import type { OidcSettings } from '../../src/auth/oidc-settings.js';
import { verifyToken } from '../../src/auth/oidc-token.js';
import { createLogger } from '../../src/kernel/logger.js';
import { AUDIENCE, TestIssuer } from '../support/oidc-issuer.js';

const MINUTE_MS = 60_000;
const YEAR_SECONDS = 365 * 86_400;

let provider: TestIssuer;
let issuer: OidcIssuer;
let settings: OidcSettings;

beforeEach(async () => {
  provider = await TestIssuer.start();
  provider.tokenLifetimeSeconds = YEAR_SECONDS;
  issuer = new OidcIssuer(provider.url, createLogger('silent'));
  settings = { issuer: provider.url, audience: AUDIENCE, rolesClaim: 'roles', roleMap: new Map(), console: undefined };
});

afterEach(async () => {
  Date.now = now;
  await provider[Symbol.asyncDispose]();
});

const { now } = Date;

/** As if this much time had gone by. */
function later(ms: number): void {
  Date.now = () => now() + ms;
}

const counts = (token: string): Promise<boolean> => verifyToken(token, issuer, settings).then(() => true, () => false);

test('a key that the issuer has withdrawn counts for ten minutes at most', async () => {
  const token = await provider.token();
  expect(await counts(token)).toBe(true);
  await provider.rotate();
  const next = await provider.token();
  later(9 * MINUTE_MS);
  expect(await counts(token)).toBe(true);
  later(11 * MINUTE_MS);
  expect(await counts(token)).toBe(false);
  expect(await counts(next)).toBe(true);
});

test('while the issuer is away its keys count for a day and no longer, and are taken anew when it is back', async () => {
  const token = await provider.token();
  expect(await counts(token)).toBe(true);
  await provider.leave();
  later(11 * MINUTE_MS);
  expect(await counts(token)).toBe(true);
  later(23 * 60 * MINUTE_MS);
  expect(await counts(token)).toBe(true);
  later(25 * 60 * MINUTE_MS);
  expect(await counts(token)).toBe(false);
  await provider.comeBack();
  later(26 * 60 * MINUTE_MS);
  expect(await counts(token)).toBe(true);
});

test('an issuer that moves its keys is followed', async () => {
  expect(await counts(await provider.token())).toBe(true);
  await using other = await TestIssuer.start();
  provider.metadata = { jwks_uri: `${other.url}/keys` };
  const moved = await other.token({ iss: provider.url });
  later(11 * MINUTE_MS);
  expect(await counts(moved)).toBe(true);
});
