import { ActionError, type Action, type PluginLogger } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';

const SILENT: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await startSandboxTenant();
});

afterAll(() => tenant.stop());

beforeEach(() => {
  tenant.reset();
  tenant.changeBehaviour({ effectDelayMs: 0 });
});

function connect(environment: Record<string, string> = tenant.environment, tenantId = tenant.tenantId): unknown {
  const { provider } = plugin;
  return provider.connect({ settings: provider.settings.parse({ tenantId }), environment: provider.environment.parse(environment), credential: undefined, logger: SILENT });
}

function actionOf(name: string): Action {
  const action = plugin.actions.find((candidate) => candidate.name === name);
  if (!action) throw new Error(`There is no action ${name}.`);
  return action;
}

async function prepare(name: string, user: string, { client = connect(), input = {} }: { client?: unknown; input?: object } = {}) {
  const action = actionOf(name);
  const { signal } = new AbortController();
  const target = await plugin.provider.resolveTarget({ client, target: { kind: 'USER', id: user }, signal });
  const context = { client, target, input: action.input.parse(input), signal };
  const told: string[] = [];
  const run = () => action.run({ ...context, idempotencyKey: '0190a1b2-0000-7000-8000-000000000001', progress: (message) => told.push(message) });
  const verify = async (output: unknown) => (await action.verify?.({ ...context, output: output as never, since: new Date() })) ?? false;
  return { target, plan: () => action.plan(context), run, verify, told };
}

async function failureOf(work: Promise<unknown>): Promise<ActionError> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (error instanceof ActionError) return error;
  throw new Error(`An ActionError was expected, not ${String(error)}`);
}

const userWith = (isIt: (user: ReturnType<SandboxTenant['users']>[number]) => boolean): string => {
  const user = tenant.users().find(isIt);
  if (!user) throw new Error('The sandbox has no such user.');
  return user.userPrincipalName;
};
const ordinary = () => tenant.exampleUser;
const guest = () => userWith(({ userType }) => userType === 'Guest');
const synced = () => userWith(({ onPremises, accountEnabled }) => onPremises !== null && accountEnabled);
const globalAdmin = () => userWith(({ jobTitle }) => jobTitle === 'Directory Owner');

describe('each action does what it says, and sees that it did', () => {
  test('suspend-user disables the account, and unsuspend-user enables it again', async () => {
    const suspend = await prepare('suspend-user', ordinary());
    expect(await suspend.plan()).toEqual([expect.stringMatching(/^Disable the account of .*accountEnabled true → false\.$/)]);
    expect(tenant.user(ordinary()).accountEnabled).toBe(true);
    const output = await suspend.run();
    expect(output).toEqual({ accountEnabled: false, wasEnabled: true, synchronised: false });
    expect(tenant.user(ordinary()).accountEnabled).toBe(false);
    expect(await suspend.verify(output)).toBe(true);
    expect(await suspend.plan()).toEqual([]);

    const unsuspend = await prepare('unsuspend-user', ordinary());
    expect(await unsuspend.verify(await unsuspend.run())).toBe(true);
    expect(tenant.user(ordinary()).accountEnabled).toBe(true);
  });

  test('clear-user-sessions moves the moment from which sessions are valid', async () => {
    const before = tenant.user(ordinary()).signInSessionsValidFromDateTime;
    const action = await prepare('clear-user-sessions', ordinary());
    const output = await action.run();
    expect(output).toEqual({ sessionsWereValidFrom: before });
    expect(await action.verify(output)).toBe(true);
    expect(await action.verify(undefined)).toBe(true);
    expect(Date.parse(tenant.user(ordinary()).signInSessionsValidFromDateTime ?? '')).toBeGreaterThan(Date.parse(before ?? ''));
  });

  test.each([[{}, 'forceChangePasswordNextSignIn'], [{ withMfa: true }, 'forceChangePasswordNextSignInWithMfa']] as const)('force-password-reset with %j sets %s and no password', async (input, flag) => {
    const action = await prepare('force-password-reset', ordinary(), { input });
    const output = await action.run();
    expect(output).toEqual({ forced: true });
    expect(await action.verify(output)).toBe(true);
    expect(tenant.user(ordinary()).passwordProfile).toMatchObject({ [flag]: true });
    expect(tenant.journal.at(-1)?.changed.join()).not.toMatch(/password$/);
  });

  test('a password reset that Microsoft accepts and ignores is not verified', async () => {
    tenant.changeBehaviour({ flagOnlyReset: 'NO_OP' });
    const action = await prepare('force-password-reset', ordinary());
    expect(await action.verify(await action.run())).toBe(false);
  });
});

describe('users who are not like the others', () => {
  test('an object id, a user principal name, an apostrophe and #EXT# all find their user', async () => {
    const names = [tenant.user(ordinary()).id, ordinary(), userWith(({ displayName }) => /'/.test(displayName ?? '')), guest()];
    for (const name of names) expect((await prepare('suspend-user', name)).target.id).toBe(tenant.user(name).id);
  });

  test('an unknown and a deleted user are TARGET_NOT_FOUND, with what to check', async () => {
    for (const name of ['nobody@contoso.example', userWith(({ deletedDateTime }) => deletedDateTime !== null)]) {
      const error = await failureOf(prepare('suspend-user', name));
      expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', retryable: false, remedy: expect.stringContaining('deleted') });
      expect(error.providerRequestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test.each(['clear-user-sessions', 'force-password-reset'])('%s refuses a guest before it acts', async (name) => {
    const action = await prepare(name, guest());
    tenant.clearJournal();
    expect(await failureOf(action.run())).toMatchObject({ code: 'NOT_SUPPORTED_FOR_TARGET', retryable: false });
    expect(tenant.journal.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('a guest can be suspended in this tenant', async () => {
    const action = await prepare('suspend-user', guest());
    expect(await action.verify(await action.run())).toBe(true);
  });

  test('suspending a synchronised user warns that the change may be taken back', async () => {
    const action = await prepare('suspend-user', synced());
    const [, warning] = await action.plan();
    expect(warning).toContain('on-premises');
    await action.run().catch((error: ActionError) => expect(error.code).toBe('ON_PREMISES_MASTERED'));
    expect(action.told.join()).toContain('on-premises');
  });
});

describe('what stands in the way is said with what mends it', () => {
  test.each(['clear-user-sessions', 'suspend-user', 'force-password-reset'])('%s on a privileged user names the role and how to assign it, and works once it is assigned', async (name) => {
    const action = await prepare(name, globalAdmin());
    expect(action.target.privileged).not.toBe(false);
    const error = await failureOf(action.run());
    expect(error).toMatchObject({ code: 'PRIVILEGED_ROLE_REQUIRED', retryable: false });
    expect(error.remedy).toMatch(/Privileged Authentication Administrator.*Roles & admins.*Add assignments/);
    expect(error.providerRequestId).toMatch(/^[0-9a-f-]{36}$/);
    tenant.changeConsent({ addRoles: ['Privileged Authentication Administrator'] });
    const again = await prepare(name, globalAdmin());
    expect(await again.verify(await again.run())).toBe(true);
  });

  test.each([
    ['clear-user-sessions', 'User.RevokeSessions.All'],
    ['suspend-user', 'User.EnableDisableAccount.All'],
    ['force-password-reset', 'User-PasswordProfile.ReadWrite.All'],
  ])('%s without %s says which permission is missing', async (name, permission) => {
    tenant.changeConsent({ revoke: [permission] });
    const action = await prepare(name, ordinary());
    expect(await failureOf(action.run())).toMatchObject({ code: 'PERMISSION_MISSING', retryable: false, remedy: expect.stringContaining(permission) });
  });

  test('a wrong secret, an unknown tenant and a tenant without consent are told apart', async () => {
    expect(await failureOf(prepare('suspend-user', ordinary(), { client: connect({ ...tenant.environment, ENTRA_CLIENT_SECRET: 'wrong' }) }))).toMatchObject({ code: 'CREDENTIAL_INVALID', retryable: false });
    expect((await failureOf(prepare('suspend-user', ordinary(), { client: connect(tenant.environment, '11111111-2222-4333-8444-555555555555') }))).remedy).toContain('tenantId');
    tenant.changeConsent({ isPresent: false });
    expect(await failureOf(prepare('suspend-user', ordinary()))).toMatchObject({ code: 'CONSENT_MISSING', retryable: false });
  });

  test('the secret is in no error', async () => {
    const error = await failureOf(prepare('suspend-user', ordinary(), { client: connect({ ...tenant.environment, ENTRA_CLIENT_SECRET: 'planted-canary' }) }));
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('planted-canary');
  });
});

describe('trouble at Microsoft', () => {
  const failOnce = async (fault: object) => {
    const action = await prepare('suspend-user', ordinary());
    tenant.injectFault({ match: { method: 'PATCH' }, times: 1, ...fault });
    return failureOf(action.run());
  };

  test('429 is tried again no earlier than Microsoft asks, fractions of a second included', async () => {
    expect(await failOnce({ status: 429, headers: { 'Retry-After': '2.128' } })).toMatchObject({ code: 'THROTTLED', retryable: true, retryAfterMs: 2_128 });
  });

  test('503 with a page of HTML is passing', async () => {
    expect(await failOnce({ status: 503, body: '<html>Service Unavailable</html>', headers: { 'Retry-After': '7' } })).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true, retryAfterMs: 7_000 });
  });

  test('500 on a write leaves open whether it took effect', async () => {
    expect(await failOnce({ status: 500 })).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true, outcomeUnknown: true });
  });

  test('a connection that breaks in the middle of a write leaves open whether it took effect', async () => {
    expect(await failOnce({ dropConnection: true })).toMatchObject({ code: 'UNREACHABLE', retryable: true, outcomeUnknown: true });
  });

  test('409 is tried again', async () => {
    expect(await failOnce({ status: 409, code: 'Directory_ConcurrencyViolation' })).toMatchObject({ code: 'CONFLICT', retryable: true });
  });

  test('a call that is aborted ends at once, with the reason of whoever aborted it', async () => {
    const action = actionOf('suspend-user');
    const client = connect();
    const aborting = new AbortController();
    const target = await plugin.provider.resolveTarget({ client, target: { kind: 'USER', id: ordinary() }, signal: aborting.signal });
    tenant.injectFault({ match: { method: 'PATCH' }, times: 1, delayMs: 30_000 });
    const reason = new Error('Enough.');
    setTimeout(() => aborting.abort(reason), 50);
    await expect(action.run({ client, target, input: {}, signal: aborting.signal, idempotencyKey: 'x', progress: () => undefined })).rejects.toBe(reason);
  });
});

describe('tokens', () => {
  const tokenCalls = () => tenant.journal.filter(({ path }) => path.includes('/oauth2/v2.0/token')).length;

  test('100 calls at once ask for one token', async () => {
    const client = connect();
    tenant.clearJournal();
    await Promise.all(Array.from({ length: 100 }, () => prepare('suspend-user', ordinary(), { client })));
    expect(tokenCalls()).toBe(1);
  });

  test('a refused token is renewed once, and the call is made again', async () => {
    const action = await prepare('suspend-user', ordinary());
    tenant.clearJournal();
    tenant.injectFault({ match: { method: 'PATCH' }, times: 1, status: 401 });
    await action.run();
    expect(tokenCalls()).toBe(1);
    expect(tenant.user(ordinary()).accountEnabled).toBe(false);
  });

  test('a permission that was granted a moment ago works at once, although the token at hand is older', async () => {
    tenant.changeConsent({ revoke: ['User.EnableDisableAccount.All'] });
    const action = await prepare('suspend-user', ordinary());
    expect(await failureOf(action.run())).toMatchObject({ code: 'PERMISSION_MISSING' });
    tenant.changeConsent({ grant: ['User.EnableDisableAccount.All'] });
    expect(await action.run()).toMatchObject({ accountEnabled: false });
  });

  test.each([
    ['CompactToken parsing failed', 'AUTHENTICATION_FAILED'],
    ['Lifetime validation failed, the token is expired.', 'CLOCK_SKEW'],
  ])('a token that is refused again and again for "%s" ends as %s, and the connection is to be looked at', async (message, code) => {
    const action = await prepare('suspend-user', ordinary());
    tenant.injectFault({ match: { method: 'PATCH' }, times: null, status: 401, code: 'InvalidAuthenticationToken', message });
    expect(await failureOf(action.run())).toMatchObject({ code, retryable: false, concernsConnection: true });
  });

  test('check tells the granted permissions', async () => {
    const { granted } = await plugin.provider.check({ client: connect(), signal: new AbortController().signal });
    expect(granted).toEqual(expect.arrayContaining(['User.Read.All', 'User.RevokeSessions.All', 'User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All']));
  });
});

test.each([
  [{ ENTRA_AUTHORITY_HOST: 'http://login.example' }, 'https://'],
  [{ ENTRA_GRAPH_URL: 'http://graph.example' }, 'https://'],
  [{ ENTRA_CLIENT_SECRET: 's' }, 'ENTRA_CLIENT_ID'],
  [{ ENTRA_CLIENT_ID: 'not-a-guid' }, 'GUID'],
])('the environment %j is refused with a word on what it must be', (environment, word) => {
  const { error } = plugin.provider.environment.safeParse(environment);
  expect(JSON.stringify(error?.issues)).toContain(word);
});
