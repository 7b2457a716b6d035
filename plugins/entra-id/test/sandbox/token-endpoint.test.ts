import { createLocalJWKSet, jwtVerify, SignJWT, generateKeyPair } from 'jose';
import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { askForToken, callGraph, errorOf, tokenOf } from './graph-caller.js';

describe('the token endpoint', () => {
  let tenant: SandboxTenant;

  beforeAll(async () => {
    tenant = await startSandboxTenant();
  });
  afterAll(() => tenant.stop());
  afterEach(() => tenant.reset());

  test('a token carries the permissions and the roles of the application and is signed by the published key', async () => {
    tenant.changeConsent({ addRoles: ['Privileged Authentication Administrator'] });
    const keys = await (await fetch(`${tenant.origin}/${tenant.tenantId}/discovery/v2.0/keys`)).json();
    const { payload } = await jwtVerify(await tokenOf(tenant), createLocalJWKSet(keys as Parameters<typeof createLocalJWKSet>[0]));

    expect(payload).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${tenant.tenantId}/`,
      tid: tenant.tenantId,
      appid: tenant.environment.ENTRA_CLIENT_ID,
      oid: tenant.servicePrincipalId,
      idtyp: 'app',
      wids: expect.arrayContaining(['7be44c8a-adaf-4e2a-84d6-ab2649e08a13']),
    });
    expect(payload['roles']).toEqual([
      'User.Read.All', 'User.RevokeSessions.All', 'User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All',
      'IdentityRiskEvent.Read.All', 'IdentityRiskyUser.Read.All', 'AuditLog.Read.All', 'SecurityAlert.Read.All',
    ]);
    expect(payload.exp! - payload.iat!).toBe(3_599);
  });

  test('a token shows neither roles that were not granted nor wids when the tenant leaves them out', async () => {
    tenant.changeConsent({ isPresent: false });
    tenant.changeConsent({ isPresent: true });
    tenant.changeBehaviour({ tokensCarryWids: false });
    const claims = JSON.parse(Buffer.from((await tokenOf(tenant)).split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(claims).not.toHaveProperty('roles');
    expect(claims).not.toHaveProperty('wids');
  });

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, undefined, 401, 'invalid_client', 7000215],
    ['no secret', { client_secret: null }, undefined, 401, 'invalid_client', 7000218],
    ['a certificate', { client_secret: null, client_assertion: 'x.y.z' }, undefined, 401, 'invalid_client', 700027],
    ['an unknown application', { client_id: 'b3c7bd5e-0000-4000-8000-000000000000' }, undefined, 400, 'unauthorized_client', 700016],
    ['a scope of one permission', { scope: 'https://graph.microsoft.com/User.Read.All' }, undefined, 400, 'invalid_scope', 1002012],
    ['no scope', { scope: null }, undefined, 400, 'invalid_scope', 70011],
    ['an unknown resource', { scope: 'https://vault.azure.net/.default' }, undefined, 400, 'invalid_resource', 500011],
    ['another grant', { grant_type: 'password' }, undefined, 400, 'unsupported_grant_type', 70003],
    ['no grant', { grant_type: null }, undefined, 400, 'invalid_request', 900144],
    ['an unknown tenant', {}, 'b3c7bd5e-0000-4000-8000-000000000000', 400, 'invalid_request', 90002],
    ['an unknown domain', {}, 'nowhere.example', 400, 'invalid_request', 90002],
    ['a malformed tenant', {}, 'not_a_tenant', 400, 'invalid_request', 900023],
    ['no tenant in particular', {}, 'common', 400, 'invalid_request', 50059],
  ])('%s is refused under its own number', async (_, changes: Record<string, string | null>, segment, status, code, number) => {
    const reply = await askForToken(tenant, changes, segment);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({
      error: code,
      error_codes: [number],
      error_description: expect.stringMatching(new RegExp(`^AADSTS${number}: .* Trace ID: .* Correlation ID: .* Timestamp: \\d{4}-`)),
      correlation_id: expect.any(String),
      trace_id: expect.any(String),
      timestamp: expect.any(String),
      error_uri: expect.any(String),
    });
    expect(JSON.stringify(reply.body)).not.toContain(tenant.environment.ENTRA_CLIENT_SECRET);
  });

  test('a tenant without consent does not know the application, and an expired secret says so', async () => {
    tenant.changeConsent({ isSecretExpired: true });
    expect((await askForToken(tenant)).body).toMatchObject({ error_codes: [7000222] });
    tenant.changeConsent({ isPresent: false });
    expect((await askForToken(tenant)).body).toMatchObject({ error: 'unauthorized_client', error_codes: [700016] });
  });

  test('a tenant is known by its domain too', async () => {
    expect((await askForToken(tenant, {}, 'contoso.example')).status).toBe(200);
  });

  test('the discovery document names the host by which it was asked', async () => {
    const local = tenant.origin.replace('127.0.0.1', 'localhost');
    for (const origin of [tenant.origin, local]) {
      const document = await (await fetch(`${origin}/${tenant.tenantId}/v2.0/.well-known/openid-configuration`)).json();
      expect(document).toMatchObject({
        issuer: `${origin}/${tenant.tenantId}/v2.0`,
        token_endpoint: `${origin}/${tenant.tenantId}/oauth2/v2.0/token`,
      });
    }
    const unknown = await fetch(`${tenant.origin}/b3c7bd5e-0000-4000-8000-000000000000/v2.0/.well-known/openid-configuration`);
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { error: 'invalid_tenant', error_codes: [90002] }]);
  });

  test('instance discovery knows this authority and no other', async () => {
    const ask = async (endpoint: string): Promise<unknown> =>
      (await fetch(`${tenant.origin}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`)).json();
    await expect(ask(`${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/authorize`)).resolves.toMatchObject({ 'api-version': '1.1' });
    await expect(ask('https://elsewhere.example/x')).resolves.toMatchObject({ error: 'invalid_instance' });
  });
});

describe('Graph looks at the token first', () => {
  let tenant: SandboxTenant;
  let skewMs = 0;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ now: () => Date.now() + skewMs });
  });
  afterAll(() => tenant.stop());
  afterEach(() => {
    skewMs = 0;
  });

  async function refusal(token: string): Promise<string> {
    const reply = await callGraph(tenant, 'GET', '/no/such/route', { token });
    expect(reply.status).toBe(401);
    expect(errorOf(reply).code).toBe('InvalidAuthenticationToken');
    expect(reply.headers.get('www-authenticate')).toContain('Bearer');
    return errorOf(reply).message;
  }

  async function forged(audience: string): Promise<string> {
    const { privateKey } = await generateKeyPair('RS256');
    return new SignJWT({ roles: ['User.Read.All'] }).setProtectedHeader({ alg: 'RS256' }).setAudience(audience)
      .setIssuer(`https://sts.windows.net/${tenant.tenantId}/`).setExpirationTime('1h').sign(privateKey);
  }

  test('a call without a token, or with something that is none, is refused', async () => {
    const bare = await fetch(`${tenant.origin}/v1.0/users`);
    expect([bare.status, await bare.json()]).toMatchObject([401, { error: { code: 'InvalidAuthenticationToken' } }]);
    await expect(refusal('nonsense')).resolves.toContain('CompactToken parsing failed');
    await expect(refusal('a.b.c')).resolves.toContain('CompactToken parsing failed');
  });

  test('a token of another signer is refused', async () => {
    await expect(refusal(await forged('https://graph.microsoft.com'))).resolves.toContain('Signature validation failed');
  });

  test('a token is refused once its time is over', async () => {
    const token = await tokenOf(tenant);
    expect((await callGraph(tenant, 'GET', '/users', { token })).status).toBe(200);
    skewMs = 3_600_000;
    await expect(refusal(token)).resolves.toContain('the token is expired');
  });
});
