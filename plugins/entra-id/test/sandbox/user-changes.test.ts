import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { callGraph, errorOf, userPath } from './graph-caller.js';
import type { Reply } from './graph-caller.js';

const ON_PREMISES = 'on-premises mastered Directory Sync objects';

describe('changing users', () => {
  let tenant: SandboxTenant;
  let aheadMs = 0;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ now: () => Date.now() + aheadMs, behaviour: { effectDelayMs: 0 } });
  });
  afterAll(() => tenant.stop());
  beforeEach(() => {
    aheadMs = 0;
    tenant.reset();
  });

  const patch = (user: string, body: unknown): Promise<Reply> => callGraph(tenant, 'PATCH', userPath(user), { body });
  const revoke = (user: string): Promise<Reply> => callGraph(tenant, 'POST', `${userPath(user)}/revokeSignInSessions`);
  const upn = (alias: string): string => `${alias}@contoso.example`;

  async function readBack(user: string, property: string): Promise<unknown> {
    const { body } = await callGraph(tenant, 'GET', `${userPath(user)}?$select=${property}`);
    return (body as Record<string, unknown>)[property];
  }

  test('an account is disabled and enabled again without a body in the answer', async () => {
    const reply = await patch(tenant.exampleUser, { accountEnabled: false });
    expect([reply.status, reply.body]).toEqual([204, '']);
    await expect(readBack(tenant.exampleUser, 'accountEnabled')).resolves.toBe(false);
    expect(tenant.journal.findLast((entry) => entry.method === 'PATCH')).toMatchObject({
      kind: 'users.update', status: 204, hadEffect: true, changed: ['accountEnabled'], userId: tenant.user(tenant.exampleUser).id,
    });

    expect((await patch(tenant.exampleUser, { accountEnabled: false })).status).toBe(204);
    expect(tenant.journal.findLast((entry) => entry.method === 'PATCH')).toMatchObject({ hadEffect: false, changed: [] });
    expect((await patch(tenant.exampleUser, { accountEnabled: true })).status).toBe(204);
    expect(tenant.user(tenant.exampleUser).accountEnabled).toBe(true);
  });

  test('revoking moves the time from which sessions are valid, to the second', async () => {
    const startedMs = Date.now();
    const { status, body } = await revoke(tenant.exampleUser);
    expect([status, body]).toEqual([200, { '@odata.context': `${tenant.origin}/v1.0/$metadata#Edm.Boolean`, value: true }]);
    const value = String(await readBack(tenant.exampleUser, 'signInSessionsValidFromDateTime'));
    expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(value)).toBeGreaterThanOrEqual(startedMs - 1_000);
  });

  test.each(['kim.novak_fabrikam.example#EXT#@contososandbox.onmicrosoft.com', 'pavel.guest@contoso.example'])(
    'revoking the sessions of the guest %s is answered the same and changes nothing',
    async (guest) => {
      const before = tenant.user(guest);
      expect(await revoke(guest)).toMatchObject({ status: 200, body: { value: true } });
      expect(tenant.user(guest)).toEqual(before);
      expect(tenant.journal.findLast((entry) => entry.kind === 'users.revoke-sessions')).toMatchObject({ hadEffect: false });
    },
  );

  test('forcing a password change shows in the profile, which never shows a password', async () => {
    expect((await patch(tenant.exampleUser, { passwordProfile: { forceChangePasswordNextSignIn: true } })).status).toBe(204);
    await expect(readBack(tenant.exampleUser, 'passwordProfile')).resolves.toEqual({
      forceChangePasswordNextSignIn: true, forceChangePasswordNextSignInWithMfa: false, password: null,
    });
    await patch(tenant.exampleUser, { passwordProfile: { forceChangePasswordNextSignIn: false, forceChangePasswordNextSignInWithMfa: true } });
    expect(tenant.user(tenant.exampleUser).passwordProfile).toEqual({ forceChangePasswordNextSignIn: false, forceChangePasswordNextSignInWithMfa: true });
  });

  test('a tenant may answer a flag alone with 204 and do nothing, but never a new password', async () => {
    tenant.changeBehaviour({ flagOnlyReset: 'NO_OP' });
    expect((await patch(tenant.exampleUser, { passwordProfile: { forceChangePasswordNextSignIn: true } })).status).toBe(204);
    expect(tenant.user(tenant.exampleUser).passwordProfile).toBeNull();

    expect((await patch(tenant.exampleUser, { passwordProfile: { password: 'Tr0ub4dor&3-horse' } })).status).toBe(204);
    const changed = tenant.user(tenant.exampleUser);
    expect(changed.passwordProfile?.forceChangePasswordNextSignIn).toBe(true);
    expect(Date.parse(changed.lastPasswordChangeDateTime)).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify([tenant.users(), tenant.journal])).not.toContain('Tr0ub4dor');
  });

  test.each(['short1A', 'alllowercaseletters', 'Mira.Okafor-2026'])('the password %s is too weak', async (password) => {
    const reply = await patch(tenant.exampleUser, { passwordProfile: { password } });
    expect([reply.status, errorOf(reply).message]).toEqual([400, expect.stringContaining('password complexity requirements')]);
  });

  test.each([
    [{ accountEnabled: 'no' }, 'Edm.Boolean'],
    [{ accountEnabled: null }, 'Edm.Boolean'],
    [{ passwordProfile: 'x' }, 'passwordProfile'],
    [{ passwordProfile: { forceChangePasswordNextSignIn: 1 } }, 'Edm.Boolean'],
    [{ displayName: 'Somebody Else' }, 'displayName'],
    [{}, 'at least one property'],
    [[], 'JSON object'],
  ])('the body %j is refused and changes nothing', async (body, reason) => {
    const before = tenant.users();
    const reply = await patch(tenant.exampleUser, body);
    expect([reply.status, errorOf(reply).message]).toEqual([400, expect.stringContaining(reason)]);
    expect(tenant.users()).toEqual(before);
  });

  test('a body that is not JSON, or is not declared, is refused', async () => {
    const undeclared = await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser));
    expect([undeclared.status, errorOf(undeclared).message]).toEqual([400, expect.stringContaining('Content-Type')]);
    const broken = await callGraph(tenant, 'PATCH', userPath(tenant.exampleUser), { headers: { 'content-type': 'application/json' } });
    expect([broken.status, errorOf(broken).message]).toEqual([400, expect.stringContaining('valid JSON')]);
  });

  describe('who is protected', () => {
    const HIGHEST = ['Privileged Authentication Administrator', 'Global Administrator'] as const;

    test.each([
      ['grace.adeyemi', HIGHEST, ['User Administrator', 'Authentication Administrator']],
      ['omar.haddad', HIGHEST, ['User Administrator', 'Authentication Administrator']],
      ['lucia.romero', HIGHEST, ['User Administrator', 'Helpdesk Administrator']],
      ['ben.carter', ['User Administrator', ...HIGHEST], ['Authentication Administrator']],
      ['hana.sato', ['Authentication Administrator', ...HIGHEST], ['User Administrator']],
    ] as const)('%s can be changed with a role that reaches that high, and with no lower one', async (alias, enough, tooLow) => {
      const attempt = async (): Promise<number[]> => {
        const replies = [await patch(upn(alias), { accountEnabled: false }), await patch(upn(alias), { passwordProfile: { forceChangePasswordNextSignIn: true } }), await revoke(upn(alias))];
        return replies.map((reply) => reply.status);
      };
      const before = tenant.user(upn(alias));
      await expect(attempt()).resolves.toEqual([403, 403, 403]);
      for (const role of tooLow) {
        tenant.changeConsent({ addRoles: [role] });
        await expect(attempt()).resolves.toEqual([403, 403, 403]);
        tenant.changeConsent({ removeRoles: [role] });
      }
      expect(tenant.user(upn(alias))).toEqual(before);
      for (const role of enough) {
        tenant.changeConsent({ addRoles: [role] });
        await expect(attempt()).resolves.toEqual([204, 204, 200]);
        tenant.changeConsent({ removeRoles: [role] });
      }
    });

    test('the refusals are in the words of the service', async () => {
      const changed = await patch(upn('grace.adeyemi'), { accountEnabled: false });
      expect(errorOf(changed)).toMatchObject({ code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' });
      expect(errorOf(await revoke(upn('grace.adeyemi')))).toMatchObject({ code: 'Authorization_RequestDenied', message: 'Access to invalidate refresh tokens operation is denied.' });
    });

    test('roles that only read protect nobody, and a tenant may let anybody be signed out', async () => {
      expect((await patch(upn('ravi.menon'), { accountEnabled: false })).status).toBe(204);
      tenant.changeBehaviour({ revokeNeedsRoleForPrivileged: false });
      expect((await revoke(upn('grace.adeyemi'))).status).toBe(200);
    });

    test('a tenant may want a role for any password, which then suffices for an ordinary user', async () => {
      tenant.changeBehaviour({ passwordProfileNeedsUserAdministrator: true });
      const force = { passwordProfile: { forceChangePasswordNextSignIn: true } };
      expect((await patch(tenant.exampleUser, force)).status).toBe(403);
      tenant.changeConsent({ addRoles: ['User Administrator'] });
      expect((await patch(tenant.exampleUser, force)).status).toBe(204);
    });
  });

  describe('whose account it is', () => {
    test('a synchronised account is put back by the next synchronisation, and the log says by whom', async () => {
      const rita = upn('rita.castro');
      expect((await patch(rita, { accountEnabled: false })).status).toBe(204);
      expect(tenant.user(rita).accountEnabled).toBe(false);
      aheadMs = 1_900;
      expect(tenant.user(rita).accountEnabled).toBe(false);
      aheadMs = 2_500;
      expect(tenant.user(rita).accountEnabled).toBe(true);
      tenant.changeConsent({ grant: ['AuditLog.Read.All'] });
      const audits = await callGraph(tenant, 'GET', `/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '${tenant.user(rita).id}')`);
      expect(audits.body).toMatchObject({ value: [
        { activityDisplayName: 'Enable account', initiatedBy: { app: { displayName: 'Microsoft Entra Connect' } } },
        { activityDisplayName: 'Disable account', initiatedBy: { app: { displayName: 'Countermeasure' } } },
      ] });
    });

    test('a change that is taken back before the synchronisation is left alone', async () => {
      const rita = upn('rita.castro');
      await patch(rita, { accountEnabled: false });
      await patch(rita, { accountEnabled: true });
      aheadMs = 10_000;
      expect(tenant.user(rita)).toMatchObject({ accountEnabled: true, pendingSync: null });
    });

    test('a tenant may refuse a synchronised account, and always refuses its password', async () => {
      const samir = upn('samir.nasser');
      const password = await patch(samir, { passwordProfile: { forceChangePasswordNextSignIn: true } });
      expect([password.status, errorOf(password).message]).toEqual([400, expect.stringContaining(ON_PREMISES)]);
      tenant.changeBehaviour({ syncedAccountEnabled: 'REFUSED' });
      const account = await patch(samir, { accountEnabled: false });
      expect([account.status, errorOf(account).code]).toEqual([400, 'Request_BadRequest']);
      expect(tenant.user(samir).accountEnabled).toBe(true);
      expect((await revoke(samir)).status).toBe(200);
    });

    test('a change that is half impossible does nothing at all', async () => {
      const samir = upn('samir.nasser');
      expect((await patch(samir, { accountEnabled: false, passwordProfile: { forceChangePasswordNextSignIn: true } })).status).toBe(400);
      expect(tenant.user(samir).accountEnabled).toBe(true);
    });

    test.each(['femi.bello@federated.contoso.example', 'pavel.guest@contoso.example'])('the password of %s is kept elsewhere', async (user) => {
      expect((await patch(user, { passwordProfile: { forceChangePasswordNextSignIn: true } })).status).toBe(400);
      expect((await patch(user, { accountEnabled: false })).status).toBe(204);
    });

    test('a deleted user cannot be changed', async () => {
      expect((await patch(upn('former.employee'), { accountEnabled: true })).status).toBe(404);
      expect((await revoke(upn('former.employee'))).status).toBe(404);
    });

    test('one user is refused once with a conflict, then changed', async () => {
      const first = await patch(upn('clara.conflict'), { accountEnabled: false });
      expect([first.status, errorOf(first).code]).toEqual([409, 'Directory_ConcurrencyViolation']);
      expect(tenant.user(upn('clara.conflict')).accountEnabled).toBe(true);
      expect((await patch(upn('clara.conflict'), { accountEnabled: false })).status).toBe(204);
    });

    test('readers see a change only after its delay, each user by its own', async () => {
      tenant.changeBehaviour({ effectDelayMs: 500 });
      for (const [user, delayMs] of [[tenant.exampleUser, 500], [upn('lars.slow'), 3_000]] as const) {
        aheadMs = 0;
        await patch(user, { accountEnabled: false });
        expect(tenant.user(user).accountEnabled).toBe(false);
        await expect(readBack(user, 'accountEnabled')).resolves.toBe(true);
        aheadMs = delayMs - 400;
        await expect(readBack(user, 'accountEnabled')).resolves.toBe(true);
        aheadMs = delayMs + 100;
        await expect(readBack(user, 'accountEnabled')).resolves.toBe(false);
      }
    });
  });
});
