import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { endpointsOf } from '../src/clouds.js';
import { check, connectTo, isTokenCall } from './sandbox-connection.js';

const { provider } = plugin;
const TENANT_ID = '5a1c0d3e-0000-4000-8000-00000000000a';

function endpoints(cloud: Parameters<typeof endpointsOf>[0], environment: Readonly<Record<string, string>> = {}) {
  return endpointsOf(cloud, provider.environment.parse(environment));
}

describe('the cloud of a connection', () => {
  /** @see https://learn.microsoft.com/graph/deployments */
  test.each([
    ['PUBLIC', 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['US_GOV', 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
    ['US_GOV_DOD', 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
    ['CHINA', 'https://login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
  ] as const)('%s signs in at %s and has its Graph at %s, whose tokens it asks for', (cloud, authority, graph) => {
    expect(endpoints(cloud)).toEqual({ authority, graph, scope: `${graph}/.default`, isKnownAuthority: true });
    expect(provider.hosts).toEqual(expect.arrayContaining([new URL(authority).host, new URL(graph).host]));
  });

  test('is the public one where nothing else is said', () => {
    expect(provider.settings.parse({ tenantId: TENANT_ID })).toEqual({ tenantId: TENANT_ID, cloud: 'PUBLIC' });
  });

  test.each(['GERMANY', 'public', 'https://graph.microsoft.com', null])('is never free text: %j is refused with the names that there are', (cloud) => {
    const { error } = provider.settings.safeParse({ tenantId: TENANT_ID, cloud });
    expect(error?.issues).toMatchObject([{ path: ['cloud'], message: expect.stringMatching(/PUBLIC.*US_GOV.*US_GOV_DOD.*CHINA/) }]);
  });
});

describe('an address that the operator has set', () => {
  const set = { ENTRA_AUTHORITY_HOST: 'https://login.lab.example:8443/', ENTRA_GRAPH_URL: 'https://graph.lab.example/v1.0' };

  test.each(['PUBLIC', 'US_GOV', 'US_GOV_DOD', 'CHINA'] as const)('wins over the cloud %s, whose tokens are asked for all the same', (cloud) => {
    const { scope } = endpoints(cloud);
    expect(endpoints(cloud, set)).toEqual({ authority: 'https://login.lab.example:8443', graph: 'https://graph.lab.example', scope, isKnownAuthority: false });
  });

  test('that is Microsoft\'s own asks for the tokens of that Graph', () => {
    expect(endpoints('PUBLIC', { ENTRA_AUTHORITY_HOST: 'https://login.microsoftonline.us', ENTRA_GRAPH_URL: 'https://dod-graph.microsoft.us' })).toMatchObject({ scope: 'https://dod-graph.microsoft.us/.default', isKnownAuthority: true });
  });

  test.each(['https://login.microsoftonline.com.evil.example', 'https://login.microsoftonline.com:8443'])('that only looks like Microsoft\'s (%s) does not count as one that Microsoft\'s libraries know', (authority) => {
    expect(endpoints('PUBLIC', { ENTRA_AUTHORITY_HOST: authority }).isKnownAuthority).toBe(false);
  });
});

describe('at an address of the operator\'s', () => {
  let tenant: SandboxTenant;
  beforeAll(async () => {
    tenant = await startSandboxTenant();
  });
  afterAll(() => tenant.stop());

  test.each(['PUBLIC', 'US_GOV', 'US_GOV_DOD', 'CHINA'])('a connection in the cloud %s takes its tokens and reads Graph there, and its consent link leads there', async (cloud) => {
    tenant.clearJournal();
    expect((await check(connectTo(tenant, { settings: { cloud } }))).tenantId).toBe(tenant.tenantId);
    expect(tenant.journal.some(isTokenCall)).toBe(true);
    const settings = provider.settings.parse({ tenantId: tenant.tenantId, cloud });
    const link = provider.consent?.url({ settings, environment: provider.environment.parse(tenant.environment), credential: undefined, state: 's', redirectUri: 'http://127.0.0.1:4000/consent/callback' });
    expect(link).toMatch(new RegExp(`^${tenant.origin}/`));
    expect((await fetch(link ?? '')).status).toBe(200);
  });

  test('Microsoft is not asked whether it knows the authority', async () => {
    tenant.clearJournal();
    await check(connectTo(tenant));
    expect(tenant.journal.filter(({ path }) => path.includes('/discovery/instance'))).toEqual([]);
    expect(tenant.journal.filter(({ path }) => path.includes('openid-configuration'))).toHaveLength(1);
  });
});
