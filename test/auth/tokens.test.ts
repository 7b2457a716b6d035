import { createHmac } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { readConfig } from '../../src/config.js';
import { AUDIENCE, TestIssuer } from '../support/oidc-issuer.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

const log: string[] = [];
const logger = pino({ level: 'trace' }, new Writable({ write: (line: Buffer, _encoding, done) => (log.push(String(line)), done()) }));

let issuer: TestIssuer;
let app: TestApp;

/** As an operator configures it. */
const oidcOf = (url: string, variables: Record<string, string> = {}) => readConfig({ OIDC_ISSUER: url, OIDC_AUDIENCE: AUDIENCE, ...variables }).oidc;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  app = await startTestApp({ oidc: oidcOf(issuer.url), logger, runsEngine: false, rateLimits: { failedSignInsPerMinute: 0 } });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

interface Viewer {
  readonly viewer: { roles: string[]; actor: { __typename: string; id: string; name: string; email: string | null } };
}
const VIEWER = '{ viewer { roles actor { __typename ... on User { id name email } } } }';

const clientWith = (token: string, at: TestApp = app) => new TestClient(at.app.url, token);
const codeOf = async (token: string, at: TestApp = app): Promise<string | undefined> => (await clientWith(token, at).send(VIEWER)).errors?.[0]?.extensions.code;
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1_000);

describe('a token of the identity provider', () => {
  it('lets its holder in as a user, with the roles that it says', async () => {
    const { viewer } = await clientWith(await issuer.token({ roles: ['VIEWER', 'AUTHOR', 'Something.Else'] })).ask<Viewer>(VIEWER);
    expect(viewer).toMatchObject({ roles: ['VIEWER', 'AUTHOR'], actor: { __typename: 'User', name: 'Ada Lovelace', email: 'ada@contoso.example' } });
    expect(viewer.actor.id).toMatch(/^usr_[0-9a-z]{26}$/);
  });

  it('stands for the same user each time, and may do no more than its roles allow', async () => {
    const [one, other] = await Promise.all([clientWith(await issuer.token()).ask<Viewer>(VIEWER), clientWith(await issuer.token({ roles: 'VIEWER' })).ask<Viewer>(VIEWER)]);
    expect(other.viewer.actor.id).toBe(one.viewer.actor.id);
    expect(other.viewer.roles).toEqual(['VIEWER']);
    expect((await clientWith(await issuer.token({ roles: ['VIEWER'] })).refusal('{ apiKeys { id } }')).extensions.code).toBe('FORBIDDEN');
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('may be signed by %s', async (alg) => {
    await using other = await TestIssuer.start();
    await other.rotate(alg);
    await using at = await startTestApp({ oidc: oidcOf(other.url), runsEngine: false });
    expect(await codeOf(await other.token(), at)).toBeUndefined();
  });

  it('may differ from our clock by half a minute', async () => {
    expect(await codeOf(await issuer.token({ exp: now() - 20 }))).toBeUndefined();
    expect(await codeOf(await issuer.token({ nbf: now() + 20 }))).toBeUndefined();
  });

  it('may bear names and addresses that are of no use, and a typ that says that it is for an API', async () => {
    const { viewer } = await clientWith(await issuer.token({ sub: 'odd', name: 'N\u0000ame', email: 'nobody' }, { typ: 'at+jwt' })).ask<Viewer>(VIEWER);
    expect(viewer.actor).toMatchObject({ name: 'odd', email: null });
  });
});

describe('what is refused', () => {
  const refused: Readonly<Record<string, readonly [make: () => Promise<string>, reason: string]>> = {
    'a token of another issuer': [() => issuer.token({ iss: 'https://login.evil.example/tenant' }), '"iss"'],
    'an issuer with one slash more': [() => issuer.token({ iss: `${issuer.url}/` }), '"iss"'],
    'a token for another audience': [() => issuer.token({ aud: 'api://other' }), '"aud"'],
    'a token for nobody': [() => issuer.token({ aud: undefined }), '"aud"'],
    'a token that has expired': [() => issuer.token({ exp: now() - 90 }), '"exp"'],
    'a token that never ends': [() => issuer.token({ exp: undefined }), '"exp"'],
    'a token that is not valid yet': [() => issuer.token({ nbf: now() + 90 }), '"nbf"'],
    'a token without a subject': [() => issuer.token({ sub: undefined }), '"sub"'],
    'an empty subject': [() => issuer.token({ sub: '' }), 'sub is not usable'],
    'a subject that no database keeps': [() => issuer.token({ sub: 'a\u0000b' }), 'sub is not usable'],
    'a subject that is no text': [() => issuer.token({ sub: ['ada'] as never }), 'sub'],
    'another kind of token': [() => issuer.token({}, { typ: 'logout+jwt' }), 'typ'],
    'a key that the issuer does not publish': [() => issuer.token({}, { kid: 'unknown' }), 'no applicable key'],
    'a key of somebody else under the kid of the issuer': [
      async () => {
        await using other = await TestIssuer.start();
        return other.token({ iss: issuer.url }, { kid: issuer.key.kid });
      },
      'signature verification failed',
    ],
    'no signature at all (alg none)': [async () => `${encode({ alg: 'none', typ: 'JWT' })}.${(await issuer.token()).split('.')[1] ?? ''}.`, '"alg"'],
    'the issuer\'s public key as a shared secret (HS256)': [
      async () => {
        const signed = `${encode({ alg: 'HS256', kid: issuer.key.kid, typ: 'JWT' })}.${(await issuer.token()).split('.')[1] ?? ''}`;
        return `${signed}.${createHmac('sha256', await issuer.publicKeyAsText()).update(signed).digest('base64url')}`;
      },
      '"alg"',
    ],
    'claims that were changed after signing': [
      async () => {
        const [header, payload = '', signature] = (await issuer.token({ roles: ['VIEWER'] })).split('.');
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
        return [header, encode({ ...claims, roles: ['ADMIN'] }), signature].join('.');
      },
      'signature verification failed',
    ],
    'three parts that are no token': [async () => 'a.b.c', 'is invalid'],
  };

  it.each(Object.keys(refused))('%s, as a wrong API key is, and the log tells nothing of the token', async (what) => {
    log.length = 0;
    const [make, reason] = refused[what] ?? [];
    const token = (await make?.()) ?? '';
    const response = await clientWith(token).post({ query: VIEWER });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    const wrongKey = await clientWith('cmk_wrong').post({ query: VIEWER });
    expect(await response.json()).toEqual(await wrongKey.json());
    const written = log.join('');
    expect(written.replaceAll('\\"', '"')).toContain(reason);
    for (const part of token.split('.').filter((text) => text.length > 8)) expect(written).not.toContain(part);
    expect(written).not.toContain('ada@contoso.example');
  });

  it('a valid token without any role that counts here, with a sentence that says so', async () => {
    for (const roles of [undefined, [], ['admin'], [{ ADMIN: true }], 'VIEWER,ADMIN', ['__proto__']]) {
      const response = await clientWith(await issuer.token({ roles })).post({ query: VIEWER });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('no role') as unknown, extensions: { code: 'FORBIDDEN' } }] });
    }
    expect(log.join('')).toContain('without any role');
  });

  it('every token where no issuer is configured', async () => {
    await using plain = await startTestApp({ runsEngine: false });
    expect(await codeOf(await issuer.token(), plain)).toBe('UNAUTHENTICATED');
    expect(await (await fetch(`${plain.app.url}/sign-in/configuration`)).json()).toEqual({ oidc: null });
  });
});

describe('roles', () => {
  it.each([
    ['by a map of groups', { OIDC_ROLES_CLAIM: 'groups', OIDC_ROLE_MAP: 'soc-l1=RESPONDER, soc-l1=APPROVER,leads=ADMIN' }, { groups: ['soc-l1', 'VIEWER'] }, ['RESPONDER', 'APPROVER']],
    ['by a value that holds an equals sign', { OIDC_ROLE_MAP: 'cn=soc=ADMIN' }, { roles: ['cn=soc'] }, ['ADMIN']],
    ['at a path', { OIDC_ROLES_CLAIM: 'realm_access.roles' }, { realm_access: { roles: ['AUTHOR'] } }, ['AUTHOR']],
    ['under a name with dots', { OIDC_ROLES_CLAIM: 'https://contoso.example/roles' }, { 'https://contoso.example/roles': ['AUTHOR'] }, ['AUTHOR']],
  ])('are found %s', async (_how, variables, claims, roles) => {
    await using at = await startTestApp({ oidc: oidcOf(issuer.url, variables), runsEngine: false });
    expect((await clientWith(await issuer.token({ roles: [], ...claims }), at).ask<Viewer>(VIEWER)).viewer.roles).toEqual(roles);
  });
});
