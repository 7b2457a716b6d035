import { startSandboxTenant } from '../../sandbox/index.js';
import type { SandboxTenant } from '../../sandbox/index.js';
import { askForToken, tokenOf } from './graph-caller.js';

const CALLBACK = 'http://127.0.0.1:4000/consent/callback';
const SCOPE = 'https://graph.microsoft.com/.default';

describe('admin consent', () => {
  let tenant: SandboxTenant;

  beforeAll(async () => {
    tenant = await startSandboxTenant({ isConsented: false });
  });
  afterAll(() => tenant.stop());
  beforeEach(() => tenant.reset());

  function address(version: 'v1' | 'v2', changes: Record<string, string> = {}, segment = tenant.tenantId): string {
    const query = new URLSearchParams({
      client_id: tenant.environment.ENTRA_CLIENT_ID, redirect_uri: CALLBACK, state: 'a<b>"c', ...(version === 'v2' ? { scope: SCOPE } : {}), ...changes,
    });
    return `${tenant.origin}/${segment}/${version === 'v2' ? 'v2.0/' : ''}adminconsent?${query.toString()}`;
  }

  /** Fills in the page's own form as a browser does. */
  async function press(decision: 'accept' | 'cancel', pageAddress: string): Promise<URL> {
    const html = await (await fetch(pageAddress)).text();
    const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
    const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
    const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']): [string, string] => [name, unescape(value)]);
    const reply = await fetch(new URL(action ?? '', tenant.origin), {
      method: 'POST', redirect: 'manual', body: new URLSearchParams([...fields, ['decision', decision]]),
    });
    expect(reply.status).toBe(302);
    return new URL(reply.headers.get('location') ?? '');
  }

  test('the page names the application and each permission, and says that it is a sandbox', async () => {
    const reply = await fetch(address('v2'));
    const html = await reply.text();
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const text of ['not Microsoft', 'Countermeasure', 'User.Read.All', 'User.RevokeSessions.All', 'User.EnableDisableAccount.All', 'User-PasswordProfile.ReadWrite.All', 'IdentityRiskEvent.Read.All', 'IdentityRiskyUser.Read.All', 'AuditLog.Read.All', 'SecurityAlert.Read.All', 'Accept', 'Cancel']) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain('a<b>');
  });

  test.each(['v1', 'v2'] as const)('accepting (%s) installs the application, and the client is told so', async (version) => {
    expect((await askForToken(tenant)).body).toMatchObject({ error_codes: [700016] });
    const back = await press('accept', address(version));
    expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      admin_consent: 'True', tenant: tenant.tenantId, state: 'a<b>"c', ...(version === 'v2' ? { scope: SCOPE } : {}),
    });
    expect(tenant.consent).toMatchObject({ isPresent: true, permissions: expect.arrayContaining(['User.RevokeSessions.All']) });
    await expect(tokenOf(tenant)).resolves.toEqual(expect.any(String));
  });

  test('canceling grants nothing and is told in the way of each version', async () => {
    const v2 = await press('cancel', address('v2'));
    expect(Object.fromEntries(v2.searchParams)).toEqual({
      admin_consent: 'True', error: 'consent_required', error_description: expect.stringContaining('AADSTS65004'), state: 'a<b>"c',
    });
    const v1 = await press('cancel', address('v1'));
    expect(Object.fromEntries(v1.searchParams)).toEqual({ error: 'permission_denied', error_description: 'The admin canceled the request' });
    expect(tenant.consent.isPresent).toBe(false);
  });

  test('a tenant may name another tenant in its answer, as a forger would', async () => {
    tenant.changeBehaviour({ consentReturnsTenantId: 'b3c7bd5e-0000-4000-8000-000000000000' });
    const back = await press('accept', address('v2'));
    expect(back.searchParams.get('tenant')).toBe('b3c7bd5e-0000-4000-8000-000000000000');
  });

  test.each([
    ['another application', 'v2', { client_id: 'b3c7bd5e-0000-4000-8000-000000000000' }, undefined, 'AADSTS700016'],
    ['a foreign address to go back to', 'v2', { redirect_uri: 'https://evil.example/consent/callback' }, undefined, 'AADSTS50011'],
    ['an address that is a script', 'v2', { redirect_uri: 'javascript:alert(1)' }, undefined, 'AADSTS50011'],
    ['no .default scope', 'v2', { scope: 'https://graph.microsoft.com/User.Read.All' }, undefined, 'AADSTS70011'],
    ['an unknown tenant', 'v2', {}, 'nowhere.example', 'AADSTS90002'],
    ['the common tenant with v2', 'v2', {}, 'common', 'AADSTS90002'],
  ] as const)('a request with %s gets a page and no way back', async (_, version, changes, segment, code) => {
    const reply = await fetch(address(version, changes, segment), { redirect: 'manual' });
    expect(reply.status).toBe(400);
    await expect(reply.text()).resolves.toContain(code);
    const posted = await fetch(address(version, changes, segment), {
      method: 'POST', redirect: 'manual', body: new URLSearchParams([...new URL(address(version, changes, segment)).searchParams, ['decision', 'accept']]),
    });
    expect(posted.status).toBe(400);
    expect(tenant.consent.isPresent).toBe(false);
  });

  test('the common tenant is this one for v1', async () => {
    const back = await press('accept', address('v1', {}, 'common'));
    expect(back.searchParams.get('tenant')).toBe(tenant.tenantId);
  });

  test('a decision that is neither is refused', async () => {
    const reply = await fetch(address('v2'), { method: 'POST', redirect: 'manual', body: new URL(address('v2')).searchParams });
    expect(reply.status).toBe(400);
    expect(tenant.consent.isPresent).toBe(false);
  });

  test('the journal names the state of a consent without showing it', async () => {
    await fetch(address('v2'));
    expect(tenant.journal.at(-1)).toMatchObject({ kind: 'consent-page', status: 200, path: expect.stringContaining('state=REDACTED') });
  });
});
