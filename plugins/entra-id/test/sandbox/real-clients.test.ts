import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientSecretCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import type { PluginLogger, Sandbox } from '@countermeasure/sdk';
import { startSandbox, startSandboxTenant } from '../../sandbox/index.js';

const SCOPE = 'https://graph.microsoft.com/.default';
const logger: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function credentialOf(sandbox: Sandbox, changes: { tenantId?: string; secret?: string } = {}): ClientSecretCredential {
  const { ENTRA_CLIENT_ID = '', ENTRA_CLIENT_SECRET = '', ENTRA_AUTHORITY_HOST = '' } = sandbox.environment;
  const tenantId = changes.tenantId ?? String(sandbox.connectionSettings['tenantId']);
  return new ClientSecretCredential(tenantId, ENTRA_CLIENT_ID, changes.secret ?? ENTRA_CLIENT_SECRET, {
    authorityHost: ENTRA_AUTHORITY_HOST,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  });
}

function graphClientOf(sandbox: Sandbox): Client {
  return Client.initWithMiddleware({
    baseUrl: sandbox.environment['ENTRA_GRAPH_URL'] ?? '',
    customHosts: new Set(['127.0.0.1']),
    authProvider: new TokenCredentialAuthenticationProvider(credentialOf(sandbox), { scopes: [SCOPE] }),
  });
}

/** What the identity library keeps of the server's refusal, as plain values. */
async function refusalOf(credential: ClientSecretCredential): Promise<Record<string, unknown>> {
  try {
    await credential.getToken(SCOPE);
  } catch (error) {
    const { errorCode, errorNo, status } = (error as { cause: Record<string, unknown> }).cause;
    return { errorCode, errorNo, status };
  }
  throw new Error('The credential was accepted.');
}

describe('the unchanged Microsoft clients against the sandbox', () => {
  let folder: string;
  let sandbox: Sandbox;
  let client: Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-clients-'));
    sandbox = await startSandbox({ dataDir: join(folder, 'not', 'there', 'yet'), logger });
    client = graphClientOf(sandbox);
  });

  afterAll(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  const pathOf = (user: string): string => `/users/${encodeURIComponent(user)}`;

  /** Asks until the answer is as wanted: reads lag behind changes here as they do in the cloud. */
  async function readUntil<Value>(read: () => Promise<Value>, isWanted: (value: Value) => boolean): Promise<Value> {
    const deadlineMs = performance.now() + 10_000;
    for (;;) {
      const value = await read();
      if (isWanted(value) || performance.now() > deadlineMs) return value;
    }
  }

  test('what the service is told is what it takes to work: addresses, a sandbox by name, an ordinary user', () => {
    expect(sandbox.environment).toEqual({
      ENTRA_CLIENT_ID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ENTRA_CLIENT_SECRET: expect.any(String),
      ENTRA_AUTHORITY_HOST: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      ENTRA_GRAPH_URL: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    });
    expect(sandbox.connectionName).toMatch(/sandbox/i);
  });

  test('the four actions are carried out and can be read back', async () => {
    const path = pathOf(sandbox.exampleTargetId);
    const startedMs = Date.now();
    const properties = ['accountEnabled', 'signInSessionsValidFromDateTime', 'passwordProfile'];
    const read = () => client.api(path).select(properties).get();
    await expect(read()).resolves.toMatchObject({ accountEnabled: true, passwordProfile: null });

    await expect(client.api(path).patch({ accountEnabled: false })).resolves.toBeUndefined();
    await expect(client.api(`${path}/revokeSignInSessions`).post({})).resolves.toMatchObject({ value: true });
    await expect(client.api(path).patch({ passwordProfile: { forceChangePasswordNextSignIn: true } })).resolves.toBeUndefined();
    const after = await readUntil(read, (user) => user.passwordProfile !== null);
    expect(after).toMatchObject({ accountEnabled: false, passwordProfile: { forceChangePasswordNextSignIn: true } });
    expect(Date.parse(after.signInSessionsValidFromDateTime)).toBeGreaterThanOrEqual(startedMs - 1_000);

    await client.api(path).patch({ accountEnabled: true });
    await expect(readUntil(read, (user) => user.accountEnabled)).resolves.toMatchObject({ accountEnabled: true });
  });

  test('a guest is found by a name with a # in it', async () => {
    const guest = 'kim.novak_fabrikam.example#EXT#@contososandbox.onmicrosoft.com';
    await expect(client.api(pathOf(guest)).get()).resolves.toMatchObject({ userPrincipalName: guest });
  });

  test('a search goes through page after page by the links of the answers', async () => {
    const first = await client.api('/users').header('ConsistencyLevel', 'eventual').query({ $search: '"displayName:a"', $count: 'true' }).top(2).get();
    expect(first.value).toHaveLength(2);
    const second = await client.api(first['@odata.nextLink']).header('ConsistencyLevel', 'eventual').get();
    expect(second.value.length).toBeGreaterThan(0);
    expect(second.value[0].id).not.toBe(first.value[1].id);
  });

  test('refusals reach the caller as GraphError with the code and the id of the call', async () => {
    const refusal = client.api(pathOf('grace.adeyemi@contoso.example')).patch({ accountEnabled: false });
    await expect(refusal).rejects.toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    await expect(client.api(pathOf('nobody@contoso.example')).get()).rejects.toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' });
  });

  test('refusals of the token endpoint reach the caller with their number', async () => {
    await expect(refusalOf(credentialOf(sandbox, { secret: 'wrong' }))).resolves.toMatchObject({ errorCode: 'invalid_client', errorNo: 7_000_215, status: 401 });
    await expect(credentialOf(sandbox, { tenantId: 'b3c7bd5e-0000-4000-8000-000000000000' }).getToken(SCOPE)).rejects.toThrow(/endpoints_resolution_error/);
  });

  test('a tenant that has not consented is told from one that refuses the secret', async () => {
    await using fresh = await startSandboxTenant({ isConsented: false });
    const credential = credentialOf({ ...sandbox, environment: fresh.environment, connectionSettings: { tenantId: fresh.tenantId } });
    await expect(refusalOf(credential)).resolves.toMatchObject({ errorNo: 700_016, status: 400 });
    fresh.changeConsent({ grant: ['User.Read.All'] });
    await expect(credential.getToken(SCOPE)).resolves.toMatchObject({ token: expect.any(String) });
  });
});
