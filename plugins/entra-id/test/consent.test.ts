import { ActionError } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { check, connectTo } from './sandbox-connection.js';

const REDIRECT_URI = 'http://127.0.0.1:4000/consent/callback';
const OTHER_TENANT = 'b3c7bd5e-0000-4000-8000-000000000000';

let tenant: SandboxTenant;

beforeAll(async () => {
  tenant = await startSandboxTenant({ isConsented: false });
});
afterAll(() => tenant.stop());
beforeEach(() => tenant.reset());

interface LinkParts {
  readonly tenantId?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly credential?: object;
  readonly state?: string;
}

function link({ tenantId = tenant.tenantId, environment = tenant.environment, credential, state = 'state-1' }: LinkParts = {}): string | undefined {
  const { provider } = plugin;
  return provider.consent?.url({
    settings: provider.settings.parse({ tenantId }),
    environment: provider.environment.parse(environment),
    credential: credential && provider.credential?.parse(credential),
    state,
    redirectUri: REDIRECT_URI,
  });
}

function readAnswer(parameters: Readonly<Record<string, string>>, tenantId: string = tenant.tenantId): unknown {
  const { provider } = plugin;
  return provider.consent?.readAnswer({ settings: provider.settings.parse({ tenantId }), parameters });
}

function refusalOf(parameters: Readonly<Record<string, string>>, tenantId?: string): ActionError {
  try {
    readAnswer(parameters, tenantId);
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error('The answer was accepted.');
}

/** What the browser comes back with when an administrator presses a button of the page behind the link. */
async function press(button: string, address = link() ?? ''): Promise<Record<string, string>> {
  const html = await (await fetch(address)).text();
  const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(html) ?? [];
  const [, decision = ''] = new RegExp(`<button name="decision" value="([^"]+)">${button}</button>`).exec(html) ?? [];
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']): [string, string] => [name, unescape(value)]);
  const reply = await fetch(new URL(unescape(action), tenant.origin), { method: 'POST', redirect: 'manual', body: new URLSearchParams([...fields, ['decision', decision]]) });
  const back = new URL(reply.headers.get('location') ?? 'about:blank');
  expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
  return Object.fromEntries(back.searchParams);
}

describe('the link', () => {
  test('leads to the v2 admin-consent page of the tenant and asks for everything that the app registration asks for', () => {
    const url = new URL(link({ state: 'a+b/c=&d' }) ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(`${tenant.origin}/${tenant.tenantId}/v2.0/adminconsent`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: tenant.environment.ENTRA_CLIENT_ID, scope: 'https://graph.microsoft.com/.default', redirect_uri: REDIRECT_URI, state: 'a+b/c=&d' });
  });

  test('asks for the app of the connection\'s own credential, where it has one', () => {
    const clientId = '11111111-2222-4333-8444-555555555555';
    expect(new URL(link({ credential: { clientId, clientSecret: 'own' } }) ?? '').searchParams.get('client_id')).toBe(clientId);
  });

  test('holds no secret', () => {
    expect(link()).not.toContain(tenant.environment.ENTRA_CLIENT_SECRET);
    expect(link({ credential: { clientId: OTHER_TENANT, clientSecret: 'planted-canary' } })).not.toContain('planted-canary');
  });

  test.each<Readonly<Record<string, string>>>([{}, { ENTRA_CLIENT_ID: OTHER_TENANT }])('is none for a managed identity (%j), to which nobody can consent', (environment) => {
    expect(link({ environment })).toBeUndefined();
  });
});

describe('an administrator', () => {
  test('who accepts is let through with the tenant that accepted, and a check then finds what was granted', async () => {
    const answer = await press('Accept');
    expect(answer['state']).toBe('state-1');
    expect(readAnswer(answer)).toEqual({ tenantId: tenant.tenantId });
    expect((await check(connectTo(tenant))).granted).toEqual(expect.arrayContaining(['User.Read.All', 'User.RevokeSessions.All']));
  });

  test('who accepts for a tenant that was named by its domain tells the id of that tenant', async () => {
    expect(readAnswer(await press('Accept', link({ tenantId: 'contoso.example' })), 'contoso.example')).toEqual({ tenantId: tenant.tenantId });
  });

  test('who cancels has declined, although the answer says admin_consent=True', async () => {
    const answer = await press('Cancel');
    expect(answer['admin_consent']).toBe('True');
    expect(refusalOf(answer)).toMatchObject({ code: 'CONSENT_DECLINED', remedy: expect.stringContaining('new link') });
    expect(tenant.consent.isPresent).toBe(false);
  });

  test('who is none is told who may consent, and nothing is granted', async () => {
    expect(refusalOf(await press('I am not an administrator'))).toMatchObject({
      code: 'CONSENT_NEEDS_ADMINISTRATOR',
      remedy: expect.stringMatching(/Global Administrator or a Privileged Role Administrator/),
    });
    expect(tenant.consent.isPresent).toBe(false);
  });

  test('of another tenant is refused, and told where to take back what was granted there', async () => {
    tenant.changeBehaviour({ consentReturnsTenantId: OTHER_TENANT });
    expect(refusalOf(await press('Accept'))).toMatchObject({ code: 'WRONG_TENANT', remedy: expect.stringContaining('enterprise applications') });
  });
});

describe('an answer', () => {
  test.each([
    ['AADSTS65004: User declined to consent.', 'CONSENT_DECLINED', /accept/],
    ['AADSTS90093: Calling principal cannot consent.', 'CONSENT_NEEDS_ADMINISTRATOR', /Privileged Role Administrator/],
    ['AADSTS90094: Admin consent is required.', 'CONSENT_NEEDS_ADMINISTRATOR', /Global Administrator/],
    ['AADSTS50011: The redirect URI does not match.', 'REDIRECT_NOT_REGISTERED', /redirect URI .*\/consent\/callback/],
    ['AADSTS700016: Application was not found.', 'APP_NOT_FOUND', /client id/],
    ['AADSTS50194: Application is not configured as a multi-tenant application.', 'NOT_MULTI_TENANT', /account types/],
    ['AADSTS650052: The app needs access to a service.', 'SERVICE_NOT_IN_TENANT', /permissions/],
  ])('with "%s" is told as %s, whatever the error is called, with what to do', (description, code, remedy) => {
    for (const error of ['access_denied', 'server_error', 'invalid_request']) {
      const refusal = refusalOf({ admin_consent: 'True', error, error_description: description, state: 's', tenant: tenant.tenantId });
      expect(refusal.code).toBe(code);
      expect(refusal.remedy).toMatch(remedy);
    }
  });

  test.each(['consent_required', 'permission_denied', 'access_denied'])('with the error %s and no number means that the administrator declined', (error) => {
    expect(refusalOf({ error, error_description: 'The admin canceled the request' }).code).toBe('CONSENT_DECLINED');
  });

  test('with a number that is not known tells the number and nothing else of the description', () => {
    const refusal = refusalOf({ error: 'server_error', error_description: `AADSTS650056: <script>alert(1)</script> ${'x'.repeat(5_000)}` });
    expect(refusal).toMatchObject({ code: 'CONSENT_FAILED', message: 'Microsoft refused the consent (AADSTS650056).' });
    expect(`${refusal.message}${refusal.remedy ?? ''}`).not.toMatch(/script|xxx/);
  });

  test.each(['constructor', '__proto__', 'toString', '', '<b>'])('with the error "%s", which Microsoft does not know, is refused as it is', (error) => {
    const refusal = refusalOf({ error, admin_consent: 'True', tenant: tenant.tenantId });
    expect(refusal).toMatchObject({ code: 'CONSENT_FAILED', message: 'Microsoft refused the consent.' });
  });

  test.each<Readonly<Record<string, string>>>([{}, { admin_consent: 'False' }, { admin_consent: '' }, { tenant: OTHER_TENANT }, { code: 'x', state: 's' }])('that does not say that access was granted (%j) is refused', (parameters) => {
    expect(refusalOf(parameters).code).toBe('CONSENT_FAILED');
  });

  test('for the right tenant is accepted however its id is written', () => {
    expect(readAnswer({ admin_consent: 'true', tenant: tenant.tenantId.toUpperCase() })).toEqual({ tenantId: tenant.tenantId });
  });

  test('that names no tenant is accepted as such: a token proves the rest', () => {
    expect(readAnswer({ admin_consent: 'True' })).toEqual({});
  });

  test.each(['common', '<img src=x>', 'contoso.example', ''])('that names "%s" in place of a tenant\'s id is refused, where only a domain is known', (named) => {
    expect(refusalOf({ admin_consent: 'True', tenant: named }, 'contoso.example').code).toBe('CONSENT_FAILED');
  });
});
