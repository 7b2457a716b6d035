import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { check, connectTo, failureOf, isTokenCall } from './sandbox-connection.js';

const DAY_MS = 86_400_000;
const CANARY = 'planted-canary';
const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
const TOKEN = { path: /oauth2\/v2\.0\/token/ };

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

let tenant: SandboxTenant;
let folder: string;
let rsa: Pair;
let otherRsa: Pair;
let elliptic: Pair;

beforeAll(async () => {
  tenant = await startSandboxTenant();
  folder = await mkdtemp(join(tmpdir(), 'countermeasure-credential-'));
  [rsa, otherRsa, elliptic] = await Promise.all([makePair('rsa', 365), makePair('rsa', 365), makePair('ec', 365)]);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await tenant.stop();
});
beforeEach(() => {
  tenant.reset();
  tenant.clearJournal();
});

async function makePair(keyType: 'rsa' | 'ec', days: number): Promise<Pair> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: 'app' }], { keyType, keySize: 2_048, algorithm: 'sha256', notBeforeDate: new Date(now - 400 * DAY_MS), notAfterDate: new Date(now + days * DAY_MS) });
  return { certificate: made.cert, key: made.private };
}

const pemOf = ({ certificate, key }: Pair): string => `${key}\n${certificate}`;

function withPassphrase({ certificate, key }: Pair): string {
  return `${certificate}\n${createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: CANARY }).toString()}`;
}

function withOldPassphrase({ certificate, key }: Pair): string {
  return `${certificate}\n${createPrivateKey(key).export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: CANARY }).toString()}`;
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

/** The sandbox's environment with another credential in the place of its secret. */
function environment(other: Readonly<Record<string, string>>): Record<string, string> {
  const { ENTRA_CLIENT_SECRET: _secret, ...rest } = tenant.environment;
  return { ...rest, ...other };
}

const own = (): { clientId: string; clientSecret: string } => ({ clientId: tenant.environment.ENTRA_CLIENT_ID, clientSecret: tenant.environment.ENTRA_CLIENT_SECRET });

describe('a connection\'s own credential', () => {
  test.each<[string, () => object, RegExp]>([
    ['without a client id', () => ({ clientSecret: CANARY }), /clientId.*GUID/],
    ['whose client id is no GUID', () => ({ clientId: 'countermeasure', clientSecret: CANARY }), /GUID/],
    ['without anything secret', () => ({ clientId: CLIENT_ID }), /either clientSecret or certificatePem/],
    ['with a secret and a certificate', () => ({ clientId: CLIENT_ID, clientSecret: CANARY, certificatePem: pemOf(rsa) }), /either clientSecret or certificatePem/],
    ['with an empty secret', () => ({ clientId: CLIENT_ID, clientSecret: '' }), /clientSecret/],
    ['with a field that there is not', () => ({ clientId: CLIENT_ID, clientSecret: CANARY, password: CANARY }), /password/],
    ['whose expiry is no date', () => ({ clientId: CLIENT_ID, clientSecret: CANARY, clientSecretExpiresAt: 'next year' }), /2027-01-31/],
    ['whose PEM has no certificate', () => ({ clientId: CLIENT_ID, certificatePem: rsa.key }), /no certificate/],
    ['whose PEM has no private key', () => ({ clientId: CLIENT_ID, certificatePem: rsa.certificate }), /no private key/],
    ['whose key belongs to another certificate', () => ({ clientId: CLIENT_ID, certificatePem: `${otherRsa.key}\n${rsa.certificate}` }), /does not belong/],
    ['whose key has a passphrase', () => ({ clientId: CLIENT_ID, certificatePem: withPassphrase(rsa) }), /passphrase.*openssl pkey/],
    ['whose key has a passphrase of the old kind', () => ({ clientId: CLIENT_ID, certificatePem: withOldPassphrase(rsa) }), /passphrase.*openssl pkey/],
    ['whose key is not RSA', () => ({ clientId: CLIENT_ID, certificatePem: pemOf(elliptic) }), /RSA/],
    ['whose PEM is broken', () => ({ clientId: CLIENT_ID, certificatePem: pemOf(rsa).replace(/MII/g, '???') }), /cannot be read/],
    ['whose PEM is no PEM', () => ({ clientId: CLIENT_ID, certificatePem: CANARY }), /no certificate/],
  ])('%s is refused with what to do, and nothing of it is repeated', (_what, credential, words) => {
    const { error } = plugin.provider.credential?.safeParse(credential()) ?? {};
    const told = JSON.stringify(error?.issues);
    expect(told).toMatch(words);
    expect(told).not.toContain(CANARY);
    expect(told).not.toMatch(/BEGIN|MII/);
  });

  test.each(['2027-01-31', '2027-01-31T12:00:00Z', '2027-01-31T12:00:00+02:00'])('may say that its secret expires on %s', (clientSecretExpiresAt) => {
    expect(plugin.provider.credential?.safeParse({ clientId: CLIENT_ID, clientSecret: 'x', clientSecretExpiresAt }).success).toBe(true);
  });

  test('describes each of its fields for a form', () => {
    const { properties } = plugin.provider.credential?.toJSONSchema() as { properties: Record<string, { description?: string }> };
    expect(Object.keys(properties).sort()).toEqual(['certificatePem', 'clientId', 'clientSecret', 'clientSecretExpiresAt']);
    for (const { description } of Object.values(properties)) expect(description?.length ?? 0).toBeGreaterThan(10);
  });

  test('is used in place of the environment\'s', async () => {
    const wrong = { ...tenant.environment, ENTRA_CLIENT_SECRET: 'wrong' };
    expect((await check(connectTo(tenant, { environment: wrong, credential: own() }))).granted).toContain('User.Read.All');
  });

  test('that is wrong is not made up for by the environment\'s, and stands in no error', async () => {
    const failure = await failureOf(check(connectTo(tenant, { credential: { ...own(), clientSecret: CANARY } })));
    expect(failure).toMatchObject({ code: 'CREDENTIAL_INVALID', concernsConnection: true });
    expect(JSON.stringify({ ...failure, message: failure.message, stack: failure.stack })).not.toContain(CANARY);
  });

  test('that is a certificate is shown to Microsoft, and one that Microsoft does not know is told in words of its own', async () => {
    const failure = await failureOf(check(connectTo(tenant, { credential: { clientId: own().clientId, certificatePem: pemOf(rsa) } })));
    expect(failure).toMatchObject({ code: 'CREDENTIAL_INVALID', message: expect.stringMatching(/certificate.*700027/), remedy: expect.stringContaining('Upload the certificate') });
  });
});

describe('files that the environment names', () => {
  const byCertificate = (path: string) => connectTo(tenant, { environment: environment({ ENTRA_CLIENT_CERTIFICATE_PATH: path }) });
  const byToken = (path: string) => connectTo(tenant, { environment: environment({ ENTRA_FEDERATED_TOKEN_FILE: path }) });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['that is not there', async () => join(folder, 'missing.pem'), /ENOENT/],
    ['that is a folder', async () => folder, /EISDIR/],
    ['that is empty', () => file('empty.pem', '\n'), /empty/],
    ['without a key', () => file('no-key.pem', rsa.certificate), /no private key/],
    ['with a passphrase', () => file('passphrase.pem', withPassphrase(rsa)), /passphrase.*openssl pkey/],
  ])('a certificate file %s is CREDENTIAL_UNREADABLE, and Microsoft is not asked', async (_what, make, words) => {
    const failure = await failureOf(check(byCertificate(await make())));
    expect(failure).toMatchObject({ code: 'CREDENTIAL_UNREADABLE', message: expect.stringMatching(words), concernsConnection: true, retryable: false });
    expect(failure.remedy).toBeDefined();
    expect(tenant.journal).toEqual([]);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['that is not there', async () => join(folder, 'missing-token'), /ENTRA_FEDERATED_TOKEN_FILE.*ENOENT/],
    ['that is empty', () => file('empty-token', ''), /ENTRA_FEDERATED_TOKEN_FILE.*empty/],
  ])('a federated token file %s is CREDENTIAL_UNREADABLE', async (_what, make, words) => {
    expect(await failureOf(check(byToken(await make())))).toMatchObject({ code: 'CREDENTIAL_UNREADABLE', message: expect.stringMatching(words), remedy: expect.stringContaining('ENTRA_FEDERATED_TOKEN_FILE') });
  });

  test('a certificate that is put in place later is found without a restart', async () => {
    const path = join(folder, 'later.pem');
    const client = byCertificate(path);
    expect((await failureOf(check(client))).code).toBe('CREDENTIAL_UNREADABLE');
    await file('later.pem', pemOf(rsa));
    expect(await failureOf(check(client))).toMatchObject({ code: 'CREDENTIAL_INVALID', message: expect.stringContaining('700027') });
    expect(tenant.journal.filter(isTokenCall)).toHaveLength(1);
  });

  test('a federated token that belongs to another app is told with what to compare', async () => {
    tenant.injectFault({ match: TOKEN, status: 401, code: 'invalid_client', errorNumber: 700213, message: 'No matching federated identity record found.' });
    expect(await failureOf(check(byToken(await file('token', 'e30.e30.c2ln'))))).toMatchObject({ code: 'CREDENTIAL_INVALID', remedy: expect.stringMatching(/issuer, subject and audience/) });
  });
});

describe('a credential that will not do for long', () => {
  const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

  /** A token as it is given for a certificate that Microsoft knows. */
  async function answerWithToken(): Promise<void> {
    const reply = await fetch(`${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: own().clientId, client_secret: own().clientSecret, grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' }),
    });
    tenant.injectFault({ match: TOKEN, status: 200, body: (await reply.json()) as Record<string, unknown> });
  }

  test.each([
    [29.9, /secret expires on \d{4}-\d\d-\d\d/],
    [0.01, /secret expires on/],
    [-2, /secret expired on/],
  ])('is warned of when the secret of the environment ends in %d days', async (days, words) => {
    const { warnings } = await check(connectTo(tenant, { environment: { ...tenant.environment, ENTRA_CLIENT_SECRET_EXPIRES_AT: inDays(days) } }));
    expect(warnings).toEqual([expect.stringMatching(words)]);
    expect(warnings?.join()).toContain('make a new one in the app registration');
  });

  test('is warned of when the connection\'s own secret ends, and the environment\'s is of no interest then', async () => {
    const ofEnvironment = { ...tenant.environment, ENTRA_CLIENT_SECRET_EXPIRES_AT: inDays(1) };
    expect((await check(connectTo(tenant, { environment: ofEnvironment, credential: own() }))).warnings).toEqual([]);
    expect((await check(connectTo(tenant, { credential: { ...own(), clientSecretExpiresAt: inDays(5).slice(0, 10) } }))).warnings).toEqual([expect.stringContaining(inDays(5).slice(0, 10))]);
  });

  test.each([
    [20, /certificate expires on/],
    [-1, /certificate expired on/],
  ])('is warned of when a certificate ends in %d days, be it in a file or the connection\'s own', async (days, words) => {
    const pem = pemOf(await makePair('rsa', days));
    await answerWithToken();
    expect((await check(connectTo(tenant, { environment: environment({ ENTRA_CLIENT_CERTIFICATE_PATH: await file(`ends-${days}.pem`, pem) }) }))).warnings).toEqual([expect.stringMatching(words)]);
    await answerWithToken();
    expect((await check(connectTo(tenant, { credential: { clientId: own().clientId, certificatePem: pem } }))).warnings).toEqual([expect.stringMatching(words)]);
  });

  test.each([31, 300])('is not warned of %d days before its end', async (days) => {
    expect((await check(connectTo(tenant, { environment: { ...tenant.environment, ENTRA_CLIENT_SECRET_EXPIRES_AT: inDays(days) } }))).warnings).toEqual([]);
  });
});

/** The identity endpoint of an Azure App Service, which stands in for the machine's own: it is found through the environment. */
describe('a managed identity', () => {
  const variables = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER'] as const;
  const asked: URL[] = [];
  let answer: { status: number; body: object };

  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://127.0.0.1'));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`;
    process.env['IDENTITY_HEADER'] = 'header-of-this-machine';
  });
  afterAll(async () => {
    for (const name of variables) delete process.env[name];
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    asked.length = 0;
  });

  const connectAs = (clientId: string) => connectTo(tenant, { environment: { ENTRA_CLIENT_ID: clientId, ENTRA_AUTHORITY_HOST: tenant.origin, ENTRA_GRAPH_URL: tenant.origin } });

  async function giveToken(tid: string): Promise<void> {
    const token = await new SignJWT({ tid, appid: CLIENT_ID, oid: tenant.servicePrincipalId }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('any key will do: only Graph looks at it'));
    answer = { status: 200, body: { access_token: token, expires_on: String(Math.floor(Date.now() / 1_000) + 3_600), resource: 'https://graph.microsoft.com', token_type: 'Bearer' } };
  }

  test('that the machine does not have is told with what can be used in its place', async () => {
    answer = { status: 400, body: { error: 'invalid_request', error_description: 'Identity not found' } };
    const failure = await failureOf(check(connectAs('aaaaaaaa-0000-4000-8000-000000000001')));
    expect(failure).toMatchObject({ code: 'AUTHENTICATION_FAILED', message: expect.stringContaining('managed identity'), concernsConnection: true, remedy: expect.stringMatching(/ENTRA_CLIENT_ID.*ENTRA_CLIENT_SECRET/) });
  });

  test('serves its own tenant, by the client id that the operator named', async () => {
    await giveToken(tenant.tenantId);
    const clientId = 'aaaaaaaa-0000-4000-8000-000000000002';
    expect(await check(connectAs(clientId))).toMatchObject({ tenantId: tenant.tenantId, granted: [], warnings: [] });
    expect(asked.map(({ searchParams }) => [searchParams.get('resource'), searchParams.get('client_id')])).toEqual([['https://graph.microsoft.com', clientId]]);
    expect(tenant.journal.filter(isTokenCall)).toEqual([]);
  });

  test('serves no other tenant', async () => {
    await giveToken('00000000-0000-4000-8000-000000000009');
    expect(await failureOf(check(connectAs('aaaaaaaa-0000-4000-8000-000000000003')))).toMatchObject({ code: 'WRONG_TENANT', remedy: expect.stringContaining('managed identity only serves its own') });
  });
});
