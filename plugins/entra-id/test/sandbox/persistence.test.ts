import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { startSandboxTenant } from '../../sandbox/index.js';
import { callGraph, tokenOf, userPath, valueOf } from './graph-caller.js';
import { NotificationReceiver } from './notification-receiver.js';

describe('the state of a sandbox tenant', () => {
  let folder: string;
  let dataDir: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-state-'));
    dataDir = join(folder, 'made', 'by', 'the', 'sandbox');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('a restart finds users, ids, secret, certificate, consent and tokens as they were left', async () => {
    const first = await startSandboxTenant({ dataDir });
    const token = await tokenOf(first);
    await callGraph(first, 'PATCH', userPath(first.exampleUser), { body: { accountEnabled: false } });
    first.changeConsent({ grant: ['AuditLog.Read.All'], addRoles: ['User Administrator'] });
    const before = { users: first.users(), environment: first.environment, tenantId: first.tenantId, consent: first.consent, caPem: first.caPem };
    await first.stop();

    await using second = await startSandboxTenant({ dataDir });
    expect({ users: second.users(), environment: second.environment, tenantId: second.tenantId, consent: second.consent, caPem: second.caPem }).toEqual(before);
    expect((await callGraph(second, 'GET', '/users', { token })).status).toBe(200);
    expect(second.user(second.exampleUser).accountEnabled).toBe(false);
  });

  test('a restart finds events and subscriptions, and goes on telling their clients', async () => {
    const client = await NotificationReceiver.start();
    try {
      const first = await startSandboxTenant({ dataDir });
      const raised = [first.raiseRiskDetection({ user: first.exampleUser }), first.raiseSignIn({ user: first.exampleUser }), first.raiseSecurityAlert({ users: [first.exampleUser] })];
      const body = { changeType: 'updated', notificationUrl: client.url, resource: 'users', clientState: 'secret', expirationDateTime: new Date(Date.now() + 86_400_000).toISOString() };
      expect((await callGraph(first, 'POST', '/subscriptions', { body })).status).toBe(201);
      const subscriptions = first.subscriptions();
      await first.stop();

      await using second = await startSandboxTenant({ dataDir });
      const lists = ['/identityProtection/riskDetections', '/auditLogs/signIns', '/security/alerts_v2', '/identityProtection/riskyUsers'];
      const found = await Promise.all(lists.map(async (path) => valueOf(await callGraph(second, 'GET', path))));
      expect(found).toMatchObject([[raised[0]], [raised[1]], [raised[2]], [{ userPrincipalName: second.exampleUser }]]);
      expect(second.subscriptions()).toEqual(subscriptions);
      await callGraph(second, 'PATCH', userPath(second.exampleUser), { body: { accountEnabled: false } });
      await expect(client.waitFor(1)).resolves.toMatchObject([{ subscriptionId: subscriptions[0]?.id, clientState: 'secret' }]);
    } finally {
      await client.stop();
    }
  });

  test('the state of a sandbox from before there were events is read, and its application asks for what is new', async () => {
    const first = await startSandboxTenant({ dataDir });
    const { tenantId } = first;
    first.changeConsent({ revoke: ['SecurityAlert.Read.All'] });
    await first.stop();
    const file = join(dataDir, 'state.json');
    const { riskDetections, riskyUsers, signIns, securityAlerts, subscriptions, ...older } = JSON.parse(await readFile(file, 'utf8'));
    expect([riskDetections, riskyUsers, signIns, securityAlerts, subscriptions]).toEqual([[], [], [], [], []]);
    older.application.requestedPermissions = ['User.Read.All'];
    await writeFile(file, JSON.stringify(older));

    await using second = await startSandboxTenant({ dataDir });
    expect([second.tenantId, second.subscriptions()]).toEqual([tenantId, []]);
    expect(second.consent.permissions).not.toContain('SecurityAlert.Read.All');
    const query = new URLSearchParams({ client_id: second.environment.ENTRA_CLIENT_ID, redirect_uri: 'http://127.0.0.1/', scope: 'https://graph.microsoft.com/.default' });
    await expect((await fetch(`${second.origin}/${tenantId}/v2.0/adminconsent?${query.toString()}`)).text()).resolves.toContain('SecurityAlert.Read.All');
    second.raiseSecurityAlert();
    second.changeConsent({ grant: ['SecurityAlert.Read.All'] });
    expect(valueOf(await callGraph(second, 'GET', '/security/alerts_v2'))).toHaveLength(1);
  });

  test('a change is written soon, without waiting for the end, and the file is for its owner only', async () => {
    await using tenant = await startSandboxTenant({ dataDir });
    await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { body: { accountEnabled: false } });
    const file = join(dataDir, 'state.json');
    const isWritten = async (): Promise<boolean> => {
      const state = JSON.parse(await readFile(file, 'utf8'));
      return state.users.some((user: { userPrincipalName: string; accountEnabled: boolean }) => user.userPrincipalName === tenant.exampleUser && !user.accountEnabled);
    };
    const startedMs = performance.now();
    while (!(await isWritten())) expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(dataDir)).sort()).toEqual(['ca.pem', 'state.json']);
    await expect(readFile(tenant.caFile, 'utf8')).resolves.toBe(tenant.caPem);
  });

  test('a port that somebody else has taken meanwhile is exchanged for a free one', async () => {
    const first = await startSandboxTenant({ dataDir });
    const port = Number(new URL(first.origin).port);
    await first.stop();
    const squatter = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    try {
      await using second = await startSandboxTenant({ dataDir });
      expect(Number(new URL(second.origin).port)).not.toBe(port);
      expect((await callGraph(second, 'GET', '/users')).status).toBe(200);
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
  });

  test('a folder serves one process at a time, and the second is told what to do', async () => {
    await using first = await startSandboxTenant({ dataDir });
    await expect(startSandboxTenant({ dataDir })).rejects.toThrow(/is running already, at https:\/\/127\.0\.0\.1:\d+.*NODE_EXTRA_CA_CERTS/);
    expect((await callGraph(first, 'GET', '/users')).status).toBe(200);
  });

  test.each([['not JSON at all', 'it is not JSON'], ['{"version":1}', 'tenantId']])('a state file of %j is refused with a way out', async (text, reason) => {
    await (await startSandboxTenant({ dataDir })).stop();
    await writeFile(join(dataDir, 'state.json'), text);
    await expect(startSandboxTenant({ dataDir })).rejects.toThrow(reason);
    await expect(startSandboxTenant({ dataDir })).rejects.toThrow('Delete the file to begin with a new tenant.');
  });

  test('a tenant without a folder leaves nothing behind: no file, no trusted certificate', async () => {
    const trusted = tls.getCACertificates('default').length;
    const tenant = await startSandboxTenant();
    expect(tls.getCACertificates('default')).toHaveLength(trusted + 1);
    await tenant.stop();
    await tenant.stop();
    expect(tls.getCACertificates('default')).toHaveLength(trusted);
    await expect(stat(tenant.caFile)).rejects.toThrow('ENOENT');
  });

  test('stopping does not wait for calls that are being held back', async () => {
    const tenant = await startSandboxTenant({ dataDir });
    tenant.injectFault({ match: { method: 'PATCH' }, delayMs: 60_000 });
    const held = callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { body: { accountEnabled: false } });
    const lost = expect(held).rejects.toThrow('fetch failed');
    while (!tenant.journal.some((entry) => entry.faultId !== null)) await new Promise((resolve) => setImmediate(resolve));
    const startedMs = performance.now();
    await tenant.stop();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await lost;
  });
});
