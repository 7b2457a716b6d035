import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { ActionError, type PluginLogger } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { generate } from 'selfsigned';

const SILENT: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const { provider } = plugin;

let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await startSandboxTenant();
});
afterAll(() => tenant.stop());
beforeEach(() => tenant.reset());

async function check(environment: Record<string, string> = {}, settings: Record<string, unknown> = { tenantId: tenant.tenantId }, credential?: object) {
  const client = provider.connect({
    settings: provider.settings.parse(settings),
    environment: provider.environment.parse({ ...tenant.environment, ...environment }),
    credential: credential && provider.credential?.parse(credential),
    logger: SILENT,
  });
  return provider.check({ client, signal: new AbortController().signal });
}

/** The problem that a check of such a connection finds: an ActionError that concerns the connection, has a remedy and shows no secret. */
async function problem(...given: Parameters<typeof check>): Promise<ActionError> {
  const error: unknown = await check(...given).then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof ActionError)) throw new Error(`An ActionError was expected, not ${String(error)}`);
  expect(error.remedy?.length ?? 0).toBeGreaterThan(20);
  expect(error.concernsConnection).toBe(true);
  expect(`${error.message} ${error.remedy ?? ''}`).not.toMatch(new RegExp(`${tenant.environment.ENTRA_CLIENT_SECRET}|\\n\\s+at `));
  return error;
}

const TOKEN = { path: /oauth2\/v2\.0\/token/ };
const refuse = (errorNumber: number, status = 401) => tenant.injectFault({ match: TOKEN, times: null, status, code: 'invalid_client', errorNumber, message: `AADSTS${errorNumber}: Refused.` });

test.each([
  [7000215, 'CREDENTIAL_INVALID', /value, not its id/],
  [700027, 'CREDENTIAL_INVALID', /Upload the certificate/],
  [7000222, 'CREDENTIAL_EXPIRED', /new client secret/],
  [700024, 'CLOCK_SKEW', /clock/],
  [90002, 'TENANT_NOT_FOUND', /tenantId/],
  [900023, 'TENANT_NOT_FOUND', /tenantId/],
  [700016, 'CONSENT_MISSING', /admin-consent link/],
  [7000112, 'APP_DISABLED', /enables it/],
  [53003, 'ACCESS_BLOCKED', /Conditional Access/],
  [50194, 'NOT_MULTI_TENANT', /supported account types/],
])('AADSTS%i is told as %s, with what to do', async (number, code, remedy) => {
  refuse(number);
  const found = await problem();
  expect(found).toMatchObject({ code, retryable: false, message: expect.stringContaining(String(number)) });
  expect(found.remedy).toMatch(remedy);
});

test('a number that is not known is told as it is', async () => {
  refuse(999999);
  expect(await problem()).toMatchObject({ code: 'AUTHENTICATION_FAILED', message: expect.stringContaining('AADSTS999999') });
});

test('what the sandbox itself refuses comes out the same: a wrong secret, an expired one, no consent, an unknown tenant', async () => {
  expect((await problem({ ENTRA_CLIENT_SECRET: 'wrong' })).code).toBe('CREDENTIAL_INVALID');
  expect((await problem({}, { tenantId: '00000000-0000-4000-8000-000000000001' })).code).toBe('TENANT_NOT_FOUND');
  expect((await problem({}, { tenantId: 'nobody.example' })).code).toBe('TENANT_NOT_FOUND');
  tenant.changeConsent({ isSecretExpired: true });
  expect((await problem()).code).toBe('CREDENTIAL_EXPIRED');
  tenant.changeConsent({ isSecretExpired: false, isPresent: false });
  expect((await problem()).code).toBe('CONSENT_MISSING');
});

test('the sign-in service in trouble is told as passing', async () => {
  tenant.injectFault({ match: TOKEN, times: null, status: 503 });
  expect(await problem()).toMatchObject({ code: 'IDENTITY_UNAVAILABLE', retryable: true });
});

test.each([
  ['the token endpoint', /oauth2/],
  ['discovery', /well-known/],
  ['Graph', /^\/v1\.0\//],
])('HTML in place of JSON from %s is told as a proxy in the way', async (_where, path) => {
  tenant.injectFault({ match: { path }, times: null, status: 200, body: '<html>Sign in to the network</html>', headers: { 'content-type': 'text/html' } });
  expect(await problem()).toMatchObject({ code: 'NOT_MICROSOFT', message: expect.stringContaining('200') });
});

test('a host name that cannot be found is told as DNS_FAILURE, for the sign-in service and for Graph', async () => {
  expect(await problem({ ENTRA_AUTHORITY_HOST: 'https://login.invalid' })).toMatchObject({ code: 'DNS_FAILURE', retryable: true, message: expect.stringContaining('sign-in') });
  expect(await problem({ ENTRA_GRAPH_URL: 'https://graph.invalid' })).toMatchObject({ code: 'DNS_FAILURE', retryable: true, message: expect.stringContaining('Graph') });
});

test('a port on which nobody listens is told as UNREACHABLE', async () => {
  const silent = await serve(() => undefined);
  await silent[Symbol.asyncDispose]();
  expect(await problem({ ENTRA_AUTHORITY_HOST: silent.origin })).toMatchObject({ code: 'UNREACHABLE', retryable: true });
  expect(await problem({ ENTRA_GRAPH_URL: silent.origin })).toMatchObject({ code: 'UNREACHABLE', retryable: true, message: expect.stringContaining('ECONNREFUSED') });
});

test('a certificate that is not trusted is told as TLS_UNTRUSTED, and not tried again by itself', async () => {
  await using stranger = await serve((_request, response) => response.end('{}'));
  expect(await problem({ ENTRA_AUTHORITY_HOST: stranger.origin })).toMatchObject({ code: 'TLS_UNTRUSTED', retryable: false });
  expect(await problem({ ENTRA_GRAPH_URL: stranger.origin })).toMatchObject({ code: 'TLS_UNTRUSTED', retryable: false, outcomeUnknown: false });
});

test.each([
  [{ tenantId: 'not a tenant' }, 'tenantId'],
  [{ tenantId: '../../common' }, 'tenantId'],
  [{ tenantId: 'https://evil.example' }, 'tenantId'],
  [{ tenantId: '' }, 'tenantId'],
  [{ tenantId: 'contoso.example', cloud: 'https://graph.evil.example' }, 'cloud'],
  [{ tenantId: 'contoso.example', secret: 'x' }, 'secret'],
])('the settings %j are refused at %s', (settings, place) => {
  const { error } = provider.settings.safeParse(settings);
  expect(JSON.stringify(error?.issues)).toContain(place);
});

interface Served extends AsyncDisposable {
  readonly origin: string;
}

/** An HTTPS server whose certificate nobody trusts. */
async function serve(listener: RequestListener): Promise<Served> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'stranger' }], { keyType: 'ec', extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] });
  expect(tls.getCACertificates('default')).not.toContain(cert);
  const server: Server = createServer({ key, cert }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
