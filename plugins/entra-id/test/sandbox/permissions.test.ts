import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { callGraph, errorOf, tokenOf, userPath, valueOf } from './graph-caller.js';

describe('what a token allows', () => {
  let tenant: SandboxTenant;

  beforeAll(async () => {
    tenant = await startSandboxTenant();
  });
  afterAll(() => tenant.stop());
  beforeEach(() => tenant.reset());

  /** Leaves the application these permissions and no others. */
  function holdOnly(permissions: readonly string[]): void {
    tenant.changeConsent({ isPresent: false });
    tenant.changeConsent({ isPresent: true, grant: [...permissions] });
  }

  const disable = { accountEnabled: false };
  const force = { passwordProfile: { forceChangePasswordNextSignIn: true } };
  const mira = userPath('mira.okafor@contoso.example');

  test.each([
    ['GET', mira, undefined, [['User.Read.All'], ['User.ReadWrite.All'], ['Directory.Read.All']], [['User.EnableDisableAccount.All'], []]],
    ['GET', '/users', undefined, [['User.Read.All']], [['User.RevokeSessions.All']]],
    ['PATCH', mira, disable, [['User.EnableDisableAccount.All', 'User.Read.All'], ['User.ReadWrite.All'], ['Directory.ReadWrite.All']], [['User.EnableDisableAccount.All'], ['User.Read.All'], ['User-PasswordProfile.ReadWrite.All']]],
    ['PATCH', mira, force, [['User-PasswordProfile.ReadWrite.All']], [['User.ReadWrite.All'], ['Directory.ReadWrite.All'], ['User.EnableDisableAccount.All', 'User.Read.All']]],
    ['PATCH', mira, { ...disable, ...force }, [['User-PasswordProfile.ReadWrite.All', 'User.ReadWrite.All']], [['User-PasswordProfile.ReadWrite.All'], ['User.ReadWrite.All']]],
    ['POST', `${mira}/revokeSignInSessions`, undefined, [['User.RevokeSessions.All'], ['User.ReadWrite.All'], ['Directory.ReadWrite.All']], [['User.Read.All', 'User.EnableDisableAccount.All']]],
    ['GET', `${mira}/manager`, undefined, [['User.Read.All']], [[]]],
    ['GET', `${mira}/transitiveMemberOf`, undefined, [['User.Read.All']], [['User.RevokeSessions.All']]],
    ['GET', '/organization', undefined, [['Organization.Read.All'], ['Directory.Read.All']], [['User.Read.All']]],
    ['GET', '/servicePrincipals', undefined, [['Application.Read.All'], ['Directory.Read.All']], [['User.Read.All']]],
    ['GET', '/roleManagement/directory/roleAssignments', undefined, [['RoleManagement.Read.Directory'], ['Directory.Read.All']], [['User.Read.All']]],
    ['GET', '/auditLogs/directoryAudits', undefined, [['AuditLog.Read.All']], [['Directory.Read.All']]],
    ['GET', '/auditLogs/signIns', undefined, [['AuditLog.Read.All']], [['Directory.Read.All']]],
    ['GET', '/identityProtection/riskDetections', undefined, [['IdentityRiskEvent.Read.All']], [['IdentityRiskyUser.Read.All'], ['AuditLog.Read.All']]],
    ['GET', '/identityProtection/riskyUsers', undefined, [['IdentityRiskyUser.Read.All'], ['IdentityRiskyUser.ReadWrite.All']], [['IdentityRiskEvent.Read.All']]],
    ['GET', '/security/alerts_v2', undefined, [['SecurityAlert.Read.All']], [['AuditLog.Read.All'], ['IdentityRiskEvent.Read.All']]],
    ['GET', '/subscriptions', undefined, [['User.Read.All'], ['Directory.Read.All']], [['AuditLog.Read.All']]],
    ['GET', '/directory/deletedItems/microsoft.graph.user', undefined, [['User.Read.All']], [[]]],
  ] as const)('%s %s (%j) is open to exactly the documented permissions', async (method, path, body, enough, tooLittle) => {
    for (const permissions of enough) {
      holdOnly(permissions);
      const { status } = await callGraph(tenant, method, path, { body });
      expect([permissions, status < 300]).toEqual([permissions, true]);
    }
    for (const permissions of tooLittle) {
      holdOnly(permissions);
      const reply = await callGraph(tenant, method, path, { body });
      expect([permissions, reply.status, errorOf(reply).code]).toEqual([permissions, 403, 'Authorization_RequestDenied']);
    }
  });

  test('a token keeps the permissions with which it was issued', async () => {
    const old = await tokenOf(tenant);
    tenant.changeConsent({ revoke: ['User.RevokeSessions.All'] });
    expect((await callGraph(tenant, 'POST', `${mira}/revokeSignInSessions`, { token: old })).status).toBe(200);
    const refused = await callGraph(tenant, 'POST', `${mira}/revokeSignInSessions`);
    expect([refused.status, errorOf(refused).message]).toEqual([403, 'Access to invalidate refresh tokens operation is denied.']);
  });

  test('a token of an application that has left the tenant is good for nothing', async () => {
    const old = await tokenOf(tenant);
    tenant.changeConsent({ isPresent: false });
    const reply = await callGraph(tenant, 'GET', '/users', { token: old });
    expect([reply.status, errorOf(reply).code]).toEqual([403, 'Authorization_IdentityNotFound']);
  });

  test('permission is asked before existence, and the route before both', async () => {
    holdOnly([]);
    expect((await callGraph(tenant, 'GET', userPath('nobody@contoso.example'))).status).toBe(403);
    const unknown = await callGraph(tenant, 'GET', `${mira}/favouriteColours`);
    expect([unknown.status, errorOf(unknown)]).toMatchObject([400, { code: 'BadRequest', message: "Resource not found for the segment 'favouriteColours'." }]);
    expect((await callGraph(tenant, 'DELETE', mira)).status).toBe(400);
    expect((await callGraph(tenant, 'GET', '/users/%zz')).status).toBe(400);
  });

  test('memberships that may not be read show their ids only', async () => {
    const path = `${userPath('lucia.romero@contoso.example')}/transitiveMemberOf`;
    const hidden = valueOf(await callGraph(tenant, 'GET', path));
    expect(hidden).toMatchObject([
      { '@odata.type': '#microsoft.graph.directoryRole', displayName: null, roleTemplateId: null },
      { '@odata.type': '#microsoft.graph.group', displayName: null },
    ]);
    tenant.changeConsent({ grant: ['Directory.Read.All'] });
    const shown = valueOf(await callGraph(tenant, 'GET', path));
    expect(shown).toMatchObject([
      { displayName: 'Privileged Role Administrator', roleTemplateId: 'e8611ab8-c189-46e8-94e1-60213ab1f814', id: hidden[0]?.['id'] },
      { displayName: 'Tier Zero Operators', isAssignableToRole: true, id: hidden[1]?.['id'] },
    ]);
  });

  test('memberships can be narrowed to roles or groups, direct or through groups', async () => {
    tenant.changeConsent({ grant: ['Directory.Read.All'] });
    const names = async (alias: string, path: string): Promise<unknown[]> =>
      valueOf(await callGraph(tenant, 'GET', `${userPath(`${alias}@contoso.example`)}/${path}`)).map((item) => item['displayName']);
    await expect(names('lucia.romero', 'memberOf')).resolves.toEqual(['Tier Zero Operators']);
    await expect(names('lucia.romero', 'transitiveMemberOf/microsoft.graph.directoryRole?$select=roleTemplateId,displayName')).resolves.toEqual(['Privileged Role Administrator']);
    await expect(names('mira.okafor', 'memberOf/microsoft.graph.group')).resolves.toEqual(['Finance']);
    await expect(names('mira.okafor', 'transitiveMemberOf/microsoft.graph.group')).resolves.toEqual(['Finance', 'Everybody']);
    await expect(names('grace.adeyemi', 'memberOf/microsoft.graph.directoryRole')).resolves.toEqual(['Global Administrator']);
  });

  test('the application finds itself, what it was granted and which roles it holds', async () => {
    tenant.changeConsent({ grant: ['Directory.Read.All'], addRoles: ['Privileged Authentication Administrator'] });
    const { body } = await callGraph(tenant, 'GET', `/servicePrincipals(appId='${tenant.environment.ENTRA_CLIENT_ID}')?$select=id`);
    expect(body).toMatchObject({ id: tenant.servicePrincipalId });
    const granted = valueOf(await callGraph(tenant, 'GET', `/servicePrincipals/${tenant.servicePrincipalId}/appRoleAssignments`));
    expect(granted.map((assignment) => assignment['appRoleId'])).toContain('77f3a031-c388-4f99-b373-dc68676a979e');
    const graph = valueOf(await callGraph(tenant, 'GET', "/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'"));
    expect(graph).toMatchObject([{ displayName: 'Microsoft Graph', id: granted[0]?.['resourceId'] }]);
    const roles = await callGraph(tenant, 'GET', `/roleManagement/directory/roleAssignments?$filter=principalId eq '${tenant.servicePrincipalId}'&$select=roleDefinitionId,directoryScopeId`);
    expect(valueOf(roles)).toEqual([{ roleDefinitionId: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13', directoryScopeId: '/' }]);
    expect((await callGraph(tenant, 'GET', "/servicePrincipals(appId='b3c7bd5e-0000-4000-8000-000000000000')")).status).toBe(404);
  });

  test('the organization tells its id and its domains', async () => {
    tenant.changeConsent({ grant: ['Organization.Read.All'] });
    expect(valueOf(await callGraph(tenant, 'GET', '/organization'))).toMatchObject([
      { id: tenant.tenantId, verifiedDomains: [{ name: 'contoso.example', isDefault: true, type: 'Managed' }, { isInitial: true }, { type: 'Federated' }] },
    ]);
  });
});
