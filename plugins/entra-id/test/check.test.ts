import { SignJWT } from 'jose';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { check, connectTo, failureOf, isTokenCall } from './sandbox-connection.js';

const ROLE = 'Privileged Authentication Administrator';
const ROLE_ID = '7be44c8a-adaf-4e2a-84d6-ab2649e08a13';
const TOKEN = { path: /oauth2\/v2\.0\/token/ };
const ROLES = { path: /roleAssignments/ };

let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await startSandboxTenant();
});
afterAll(() => tenant.stop());
beforeEach(() => {
  tenant.reset();
  tenant.clearJournal();
});

const tokenCalls = (): number => tenant.journal.filter(isTokenCall).length;
const graphPaths = (): string[] => tenant.journal.filter(({ path }) => path.startsWith('/v1.0/')).map(({ path }) => path);
const lookUp = (client: unknown) => plugin.provider.resolveTarget({ client, target: { kind: 'USER', id: tenant.exampleUser }, signal: new AbortController().signal });

describe('what a check reports', () => {
  test('the tenant and the permissions are those that a token proves', async () => {
    expect(await check(connectTo(tenant))).toEqual({
      tenantId: tenant.tenantId,
      granted: ['User.Read.All', 'User.RevokeSessions.All', 'User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All', 'IdentityRiskEvent.Read.All', 'IdentityRiskyUser.Read.All', 'AuditLog.Read.All', 'SecurityAlert.Read.All'],
      arriving: [],
      privilegedRole: { reason: expect.stringContaining('RoleManagement.Read.Directory') },
      warnings: [],
    });
  });

  test('a tenant that was named by its domain is told by its id', async () => {
    expect((await check(connectTo(tenant, { settings: { tenantId: 'Contoso.Example' } }))).tenantId).toBe(tenant.tenantId);
  });

  test('a tenant id in capital letters is the same tenant', async () => {
    expect((await check(connectTo(tenant, { settings: { tenantId: ` ${tenant.tenantId.toUpperCase()} ` } }))).tenantId).toBe(tenant.tenantId);
  });

  test('an app that is known and was granted nothing is reported as such, and no user is read', async () => {
    tenant.changeConsent({ isPresent: false });
    tenant.changeConsent({ isPresent: true });
    expect(await check(connectTo(tenant))).toMatchObject({ tenantId: tenant.tenantId, granted: [], arriving: [] });
    expect(graphPaths().filter((path) => path.startsWith('/v1.0/users'))).toEqual([]);
  });

  test('the roles of a token of this moment count, not those of one that is kept', async () => {
    const client = connectTo(tenant);
    await check(client);
    tenant.changeConsent({ revoke: ['User.RevokeSessions.All'], grant: ['AuditLog.Read.All'] });
    const { granted } = await check(client);
    expect(granted).toContain('AuditLog.Read.All');
    expect(granted).not.toContain('User.RevokeSessions.All');
  });

  test('what was granted and does not stand in tokens yet is on its way, where grants may be read', async () => {
    tenant.changeConsent({ grant: ['Application.Read.All'] });
    tenant.changeBehaviour({ permissionsOnTheirWay: ['User.RevokeSessions.All'] });
    const report = await check(connectTo(tenant));
    expect(report.granted).not.toContain('User.RevokeSessions.All');
    expect(report.arriving).toEqual(['User.RevokeSessions.All']);
  });

  test('grants are not asked for where they may not be read', async () => {
    tenant.changeBehaviour({ permissionsOnTheirWay: ['User.RevokeSessions.All'] });
    expect((await check(connectTo(tenant))).arriving).toEqual([]);
    expect(graphPaths().filter((path) => path.includes('appRoleAssignments'))).toEqual([]);
  });

  test('grants that cannot be read for the moment do not make the connection look broken', async () => {
    tenant.changeConsent({ grant: ['Application.Read.All'] });
    tenant.injectFault({ match: { path: /appRoleAssignments/ }, status: 503 });
    expect(await check(connectTo(tenant))).toMatchObject({ arriving: [], granted: expect.arrayContaining(['Application.Read.All']) });
  });
});

describe('the role for privileged users', () => {
  test.each([ROLE, 'Global Administrator'] as const)('is held by an app whose token tells of %s, which needs no permission', async (role) => {
    tenant.changeConsent({ addRoles: [role] });
    expect((await check(connectTo(tenant))).privilegedRole).toEqual({ held: true });
  });

  describe('where tokens do not tell, and the directory may be asked,', () => {
    beforeEach(() => {
      tenant.changeBehaviour({ tokensCarryWids: false });
      tenant.changeConsent({ grant: ['RoleManagement.Read.Directory'] });
    });

    test.each([
      [ROLE, true],
      ['Global Administrator', true],
      ['Helpdesk Administrator', false],
    ] as const)('with %s is told as held: %s', async (role, held) => {
      tenant.changeConsent({ addRoles: [role] });
      expect((await check(connectTo(tenant))).privilegedRole).toEqual({ held });
    });

    test('without any is told as not held', async () => {
      expect((await check(connectTo(tenant))).privilegedRole).toEqual({ held: false });
    });

    test('in one administrative unit only is told as not held: it does not reach the others', async () => {
      tenant.injectFault({ match: ROLES, status: 200, body: { value: [{ roleDefinitionId: ROLE_ID, directoryScopeId: '/administrativeUnits/4a5b' }] } });
      expect((await check(connectTo(tenant))).privilegedRole).toEqual({ held: false });
    });

    test('cannot be told while the directory is in trouble, and the check goes on', async () => {
      tenant.injectFault({ match: ROLES, status: 500 });
      const { privilegedRole, granted } = await check(connectTo(tenant));
      expect(privilegedRole).toEqual({ reason: expect.stringContaining('500') });
      expect(granted).toContain('User.Read.All');
    });
  });
});

describe('a token for somebody else', () => {
  async function answerWithToken(claims: { tid: string; appid: string }): Promise<void> {
    const token = await new SignJWT({ oid: tenant.servicePrincipalId, roles: ['User.Read.All'], ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('any key will do: only Graph looks at it'));
    tenant.injectFault({ match: TOKEN, times: null, status: 200, body: { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: token } });
  }

  test('of another tenant is refused, and sent nowhere', async () => {
    await answerWithToken({ tid: '00000000-0000-4000-8000-000000000001', appid: tenant.environment.ENTRA_CLIENT_ID });
    expect(await failureOf(check(connectTo(tenant)))).toMatchObject({ code: 'WRONG_TENANT', concernsConnection: true, remedy: expect.stringContaining('managed identity') });
    expect(graphPaths()).toEqual([]);
  });

  test('of another app is refused, and sent nowhere', async () => {
    await answerWithToken({ tid: tenant.tenantId, appid: '00000000-0000-4000-8000-000000000002' });
    expect(await failureOf(check(connectTo(tenant)))).toMatchObject({ code: 'AUTHENTICATION_FAILED', message: expect.stringContaining('another app'), concernsConnection: true });
    expect(graphPaths()).toEqual([]);
  });
});

test('a token that cannot be read tells nothing of what is granted, and is no fault', async () => {
  tenant.injectFault({ match: TOKEN, times: null, status: 200, body: { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: 'opaque' } });
  const { granted, privilegedRole } = await check(connectTo(tenant));
  expect(granted).toBeUndefined();
  expect(privilegedRole?.held).toBeUndefined();
});

describe('that Graph can be reached', () => {
  test('is proved by reading one user, and what stands in the way is what the check finds', async () => {
    await check(connectTo(tenant));
    expect(graphPaths()).toContainEqual(expect.stringMatching(/^\/v1\.0\/users\?.*top=1/));
    tenant.injectFault({ match: { path: /^\/v1\.0\/users/ }, status: 503 });
    expect(await failureOf(check(connectTo(tenant)))).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
  });

  test('is proved by what may be read, where users may not be', async () => {
    tenant.changeConsent({ isPresent: false });
    tenant.changeConsent({ grant: ['Application.Read.All'] });
    tenant.injectFault({ match: { path: /^\/v1\.0\/servicePrincipals\/[0-9a-f-]+\?/ }, status: 503 });
    expect(await failureOf(check(connectTo(tenant)))).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect((await check(connectTo(tenant))).granted).toEqual(['Application.Read.All']);
  });
});

describe('the tokens of a connection that is checked', () => {
  test('steps go on with the token that a check has taken', async () => {
    const client = connectTo(tenant);
    await lookUp(client);
    await check(client);
    expect(tokenCalls()).toBe(2);
    await lookUp(client);
    expect(tokenCalls()).toBe(2);
  });

  test('100 steps that start while a connection is checked ask for no token of their own', async () => {
    const client = connectTo(tenant);
    await Promise.all([check(client), ...Array.from({ length: 100 }, () => lookUp(client))]);
    expect(tokenCalls()).toBe(1);
  });

  test('checks that come while another one asks take a token that is newer than themselves', async () => {
    const client = connectTo(tenant);
    await Promise.all([check(client), check(client)]);
    expect(tokenCalls()).toBe(2);
  });

  test('a sign-in service that is down for a moment takes no token away from steps that are at work', async () => {
    const client = connectTo(tenant);
    await lookUp(client);
    tenant.injectFault({ match: TOKEN, times: null, status: 503 });
    expect(await failureOf(check(client))).toMatchObject({ code: 'IDENTITY_UNAVAILABLE', retryable: true });
    await expect(lookUp(client)).resolves.toMatchObject({ username: tenant.exampleUser });
  });

  test('a secret that a check finds expired is not used any more', async () => {
    const client = connectTo(tenant);
    await lookUp(client);
    tenant.changeConsent({ isSecretExpired: true });
    expect((await failureOf(check(client))).code).toBe('CREDENTIAL_EXPIRED');
    expect((await failureOf(lookUp(client))).code).toBe('CREDENTIAL_EXPIRED');
  });
});

test('whoever gives a check up waits no longer, whatever the sign-in service does', async () => {
  tenant.injectFault({ match: TOKEN, delayMs: 60_000, status: 503 });
  const aborting = new AbortController();
  const reason = new Error('Enough.');
  const checking = check(connectTo(tenant), aborting.signal);
  checking.catch(() => undefined);
  while (tokenCalls() === 0) await new Promise(setImmediate);
  aborting.abort(reason);
  await expect(checking).rejects.toBe(reason);
});

test('a sign-in service that takes the call and never answers is given up after 20 s', async () => {
  tenant.injectFault({ match: TOKEN, times: null, delayMs: 600_000, status: 503 });
  import.meta.jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance', 'hrtime', 'Date', 'setInterval', 'clearInterval'] });
  try {
    const checking = failureOf(check(connectTo(tenant)));
    while (tokenCalls() === 0) await new Promise(setImmediate);
    import.meta.jest.advanceTimersByTime(20_000);
    expect(await checking).toMatchObject({ code: 'UNREACHABLE', retryable: true, message: expect.stringContaining('20 s') });
  } finally {
    import.meta.jest.useRealTimers();
  }
});
