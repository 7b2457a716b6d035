import plugin from '@countermeasure/plugin-entra-id';
import { BY_SECRET, connect, essence, isTokenCall } from './connection.js';
import { answerAsMicrosoft, CLIENT_ID, CLOUD_NAMES, CLOUDS, HOSTS, SERVICE_PRINCIPAL_ID, SIGN_IN_PAGES, TENANT_ID, tokenFrom } from './microsoft.js';
import { startRecorder, type Recorder } from './recorder.js';

let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder(HOSTS, answerAsMicrosoft);
});

afterAll(() => recorder.stop());

beforeEach(() => recorder.forget());

afterEach(() => expect(recorder.strays).toEqual([]));

const { signal } = new AbortController();
const graphCalls = () => recorder.calls.filter((call) => !isTokenCall(call));
const byCall = (one: { call: string }, other: { call: string }) => (one.call < other.call ? -1 : 1);

describe.each(CLOUD_NAMES)('in the cloud %s', (cloud) => {
  const { authority, graph } = CLOUDS[cloud];
  const root = `https://${graph}/v1.0`;
  const oneUser = { call: `GET ${root}/users`, query: { $top: '1', $select: 'id' }, body: undefined };
  /** @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments */
  const roles = {
    call: `GET ${root}/roleManagement/directory/roleAssignments`,
    query: { $filter: `principalId eq '${SERVICE_PRINCIPAL_ID}'`, $select: 'roleDefinitionId,directoryScopeId' },
    body: undefined,
  };
  /** @see https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments */
  const grants = { call: `GET ${root}/servicePrincipals/${SERVICE_PRINCIPAL_ID}/appRoleAssignments`, query: {}, body: undefined };

  test('a check takes a token, reads one user and the roles of the app, and says what the token holds', async () => {
    const report = await plugin.provider.check({ client: connect(cloud), signal });
    expect(report).toMatchObject({ tenantId: TENANT_ID, privilegedRole: { held: false }, granted: expect.arrayContaining(['User.Read.All']) });
    expect(recorder.calls.filter(isTokenCall).map(({ host }) => host)).toEqual([authority]);
    expect(graphCalls().map(essence).sort(byCall)).toEqual([roles, oneUser].sort(byCall));
    for (const { headers } of graphCalls()) expect(headers.authorization).toBe(`Bearer ${tokenFrom(authority)}`);
  });

  test('a check that may read applications looks for grants that are on their way, too', async () => {
    recorder.answerBy((call) => answerAsMicrosoft(call, ['Application.Read.All']));
    await plugin.provider.check({ client: connect(cloud), signal });
    expect(graphCalls().map(essence).sort(byCall)).toEqual([grants, roles, oneUser].sort(byCall));
  });

  test('a second check takes a new token, because an older one does not know what was granted since', async () => {
    const client = connect(cloud);
    await plugin.provider.check({ client, signal });
    recorder.forget();
    await plugin.provider.check({ client, signal });
    expect(recorder.calls.filter(isTokenCall).map(({ host }) => host)).toEqual([authority]);
  });

  /** @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent */
  test('the consent link leads to the sign-in page of the cloud and asks for all permissions of the app, and nothing is called for it', () => {
    const { provider } = plugin;
    const redirectUri = 'https://countermeasure.example/consent/callback';
    const state = 'a+b/c=&d';
    const link = provider.consent?.url({ settings: provider.settings.parse({ tenantId: TENANT_ID, cloud }), environment: provider.environment.parse(BY_SECRET), credential: undefined, state, redirectUri });
    const url = new URL(link ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(`${SIGN_IN_PAGES[cloud]}/${TENANT_ID}/v2.0/adminconsent`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: CLIENT_ID, scope: `https://${graph}/.default`, redirect_uri: redirectUri, state });
    expect([url.hash, url.username, url.password]).toEqual(['', '', '']);
    expect(recorder.calls).toEqual([]);
  });
});

test('the plugin declares every host that it calls', () => {
  expect(plugin.provider.hosts).toEqual(expect.arrayContaining(HOSTS));
});
