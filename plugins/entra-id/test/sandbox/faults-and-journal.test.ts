import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { askForToken, callGraph, errorOf, tokenOf, userPath } from './graph-caller.js';

describe('injected faults', () => {
  let tenant: SandboxTenant;
  let token: string;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ behaviour: { effectDelayMs: 0 } });
    token = await tokenOf(tenant);
  });
  afterAll(() => tenant.stop());
  beforeEach(() => tenant.reset());

  const mira = userPath('mira.okafor@contoso.example');
  const disable = (options: { signal?: AbortSignal } = {}) => callGraph(tenant, 'PATCH', mira, { body: { accountEnabled: false }, token, ...options });
  const isEnabled = (): boolean => tenant.user('mira.okafor@contoso.example').accountEnabled;

  test.each([
    [429, 'TooManyRequests'], [503, 'serviceNotAvailable'], [500, 'UnknownError'], [409, 'Directory_ConcurrencyViolation'],
    [401, 'InvalidAuthenticationToken'], [403, 'Authorization_RequestDenied'], [404, 'Request_ResourceNotFound'], [400, 'Request_BadRequest'],
  ])('a fault with the status %i answers in the shape of Graph, once, and nothing happens', async (status, code) => {
    const fault = tenant.injectFault({ match: { method: 'patch', path: /^\/v1\.0\/users\// }, status, headers: { 'retry-after': '2.128' } });
    const reply = await disable();
    expect(reply.status).toBe(status);
    expect(errorOf(reply)).toMatchObject({ code, message: expect.any(String), innerError: { 'request-id': reply.headers.get('request-id') } });
    expect(reply.headers.get('retry-after')).toBe('2.128');
    expect(isEnabled()).toBe(true);
    expect(tenant.journal.at(-1)).toMatchObject({ kind: 'users.update', status, faultId: fault.id, hadEffect: false, userId: tenant.user('mira.okafor@contoso.example').id });
    expect((await disable()).status).toBe(204);
    expect(isEnabled()).toBe(false);
  });

  test('a fault meets only the calls that fit, as often as it says, and no longer than it is left', async () => {
    tenant.injectFault({ match: { path: 'revokeSignInSessions$' }, times: 2, status: 503 });
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1) {
      statuses.push((await callGraph(tenant, 'GET', mira, { token })).status, (await callGraph(tenant, 'POST', `${mira}/revokeSignInSessions`, { token })).status);
    }
    expect(statuses).toEqual([200, 503, 200, 503, 200, 200]);
    tenant.injectFault({ times: null, status: 500 });
    expect([(await disable()).status, (await disable()).status]).toEqual([500, 500]);
    tenant.clearFaults();
    expect((await disable()).status).toBe(204);
  });

  test('own words, a whole body or a page of HTML can stand in the answer', async () => {
    tenant.injectFault({ status: 403, code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', message: 'Tenant is not premium.' });
    expect(errorOf(await disable())).toMatchObject({ code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', message: 'Tenant is not premium.' });
    tenant.injectFault({ status: 502, body: '<html>Bad gateway</html>' });
    const page = await disable();
    expect([page.status, page.headers.get('content-type'), page.body]).toEqual([502, 'text/html', '<html>Bad gateway</html>']);
    tenant.injectFault({ status: 200, body: { value: false } });
    expect((await disable()).body).toEqual({ value: false });
  });

  test('a dropped call leaves no answer and no effect', async () => {
    tenant.injectFault({ dropConnection: true });
    await expect(disable()).rejects.toThrow('fetch failed');
    expect(isEnabled()).toBe(true);
    expect(tenant.journal.at(-1)).toMatchObject({ status: null, hadEffect: false });
  });

  test('a call can take effect although its client never hears of it', async () => {
    tenant.injectFault({ dropConnection: true, afterEffect: true });
    await expect(disable()).rejects.toThrow('fetch failed');
    expect(isEnabled()).toBe(false);
    expect(tenant.journal.at(-1)).toMatchObject({ status: null, hadEffect: true, changed: ['accountEnabled'] });
  });

  test('a call can take effect and be answered with an error', async () => {
    tenant.injectFault({ status: 504, afterEffect: true });
    expect((await disable()).status).toBe(504);
    expect(isEnabled()).toBe(false);
  });

  test('a delayed call is answered truly in the end, and takes effect at its end or at once as the fault says', async () => {
    tenant.injectFault({ delayMs: 150 });
    const startedMs = performance.now();
    const pending = disable();
    expect((await pending).status).toBe(204);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(145);

    tenant.reset();
    tenant.injectFault({ delayMs: 60_000, afterEffect: true });
    const hurry = new AbortController();
    const given = disable({ signal: hurry.signal });
    while (isEnabled()) await new Promise((resolve) => setImmediate(resolve));
    hurry.abort();
    await expect(given).rejects.toThrow('aborted');
  });

  test('the body of an answer can stop in the middle', async () => {
    tenant.injectFault({ stallBodyMs: 60_000 });
    const reply = await fetch(`${tenant.origin}/v1.0${mira}`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(300) });
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toThrow('timeout');
  });

  test('the token endpoint fails in its own shape', async () => {
    tenant.injectFault({ match: { path: /oauth2/ }, status: 503, headers: { 'retry-after': '1' } });
    const reply = await askForToken(tenant);
    expect([reply.status, reply.headers.get('retry-after'), reply.body]).toEqual([503, '1', expect.objectContaining({ error: 'temporarily_unavailable' })]);
    tenant.injectFault({ status: 400, code: 'access_denied', errorNumber: 53003, message: 'Access has been blocked by Conditional Access policies.' });
    expect((await askForToken(tenant)).body).toMatchObject({ error: 'access_denied', error_codes: [53003], error_description: expect.stringMatching(/^AADSTS53003: Access/) });
  });

  test('a fault that makes no sense is refused', () => {
    expect(() => tenant.injectFault({ match: { path: '(' } })).toThrow('regular expression');
    expect(() => tenant.injectFault({ status: 99 })).toThrow();
    expect(() => tenant.injectFault({ tiems: 3 } as object)).toThrow('tiems');
  });
});

describe('throttling', () => {
  test('calls above the limit are refused with a time to wait, before anything else is looked at', async () => {
    let nowMs = Date.now();
    await using tenant = await startSandboxTenant({ now: () => nowMs, behaviour: { resourceUnitsPer10Seconds: 5, writesPer150Seconds: 2 } });
    const token = await tokenOf(tenant);
    const mira = userPath(tenant.exampleUser);
    const revoke = () => callGraph(tenant, 'POST', `${mira}/revokeSignInSessions`, { token });
    expect([(await revoke()).status, (await revoke()).status]).toEqual([200, 200]);
    const tooManyWrites = await revoke();
    expect([tooManyWrites.status, tooManyWrites.headers.get('x-ms-throttle-information'), tooManyWrites.headers.get('x-ms-throttle-scope')]).toEqual([
      429, 'WriteLimitExceeded', `Tenant_Application/ReadWrite/${tenant.environment.ENTRA_CLIENT_ID}/${tenant.tenantId}`,
    ]);
    expect(Number(tooManyWrites.headers.get('retry-after'))).toBeGreaterThan(100);

    expect((await callGraph(tenant, 'GET', '/users', { token })).headers.get('x-ms-resource-unit')).toBe('2');
    const last = await callGraph(tenant, 'GET', '/users?$select=id&$top=5', { token });
    expect([last.status, last.headers.get('x-ms-resource-unit'), last.headers.get('x-ms-throttle-limit-percentage')]).toEqual([200, '1', '1.00']);
    const refused = await callGraph(tenant, 'GET', '/no/such/route', { token });
    expect([refused.status, errorOf(refused)]).toMatchObject([429, { code: 'TooManyRequests', innerError: { status: '429' } }]);
    nowMs += Number(refused.headers.get('retry-after')) * 1_000;
    expect((await callGraph(tenant, 'GET', mira, { token })).status).toBe(200);
  });
});

describe('the journal', () => {
  test('every call is there in its order, with the ids that both sides know it by, and without a secret', async () => {
    await using tenant = await startSandboxTenant();
    const token = await tokenOf(tenant);
    const clientRequestId = 'b3c7bd5e-1111-4222-8333-000000000000';
    const reply = await callGraph(tenant, 'GET', `${userPath(tenant.exampleUser)}?$select=id`, { token, headers: { 'client-request-id': clientRequestId } });
    expect(reply.headers.get('client-request-id')).toBe(clientRequestId);
    await callGraph(tenant, 'GET', '/nothing/here', { token });
    await fetch(`${tenant.origin}/control/users`);

    expect(tenant.journal).toMatchObject([
      { sequence: 1, kind: 'token', method: 'POST', status: 200 },
      { sequence: 2, kind: 'users.get', status: 200, clientRequestId, requestId: reply.headers.get('request-id'), userId: tenant.user(tenant.exampleUser).id, path: expect.stringMatching(/^\/v1\.0\/users\/mira/) },
      { sequence: 3, kind: 'unknown', status: 400, userId: null },
    ]);
    const text = JSON.stringify(tenant.journal);
    expect(text).not.toContain(token);
    expect(text).not.toContain(tenant.environment.ENTRA_CLIENT_SECRET);
  });

  test('an answer without a client-request-id carries one all the same', async () => {
    await using tenant = await startSandboxTenant();
    const { headers } = await callGraph(tenant, 'GET', '/users');
    expect(headers.get('client-request-id')).toBe(headers.get('request-id'));
  });

  test('only the newest calls are kept, and their numbers go on', async () => {
    const { Journal } = await import('../../sandbox/journal.js');
    const journal = new Journal(Date.now);
    const url = new URL('https://127.0.0.1/v1.0/users');
    for (let count = 0; count < 20_001; count += 1) journal.open({ method: 'GET', url, requestId: 'r', clientRequestId: null });
    expect(journal.entries().length).toBeLessThanOrEqual(20_000);
    expect(journal.entries().at(-1)?.sequence).toBe(20_001);
    expect(journal.entries(20_000)).toHaveLength(1);
  });
});
