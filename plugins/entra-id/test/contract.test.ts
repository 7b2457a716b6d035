import tls from 'node:tls';
import plugin from '@countermeasure/plugin-entra-id';
import { pluginContract, type FixtureRequest, type FixtureResponse } from '@countermeasure/sdk/testing';
import { generate } from 'selfsigned';

const TENANT = '5a1c0d3e-0000-4000-8000-00000000000a';
const USER = '5a1c0d3e-0000-4000-8000-00000000000b';
const CANARY = 'canary-9b2e41';
const ROLES = plugin.actions.flatMap(({ permissions }) => permissions.map(({ name }) => name));
/** A token as Graph's are made, with nothing to it but what the plugin reads. */
const TOKEN = `e30.${Buffer.from(JSON.stringify({ tid: TENANT, roles: ROLES })).toString('base64url')}.${CANARY}`;

const trusted = tls.getCACertificates('default');
const { private: key, cert } = await generate([{ name: 'commonName', value: 'contract' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
});

beforeAll(() => tls.setDefaultCACertificates([...trusted, cert]));
afterAll(() => tls.setDefaultCACertificates(trusted));

const isInfrastructure = ({ path }: FixtureRequest) => !path.startsWith('/v1.0/');

/** As little of Microsoft as the four actions touch; the sandbox tenant imitates the rest. */
function createProvider(origin: string): (request: FixtureRequest) => FixtureResponse {
  const user = {
    id: USER, displayName: 'Ada', userPrincipalName: 'ada@contoso.example', userType: 'Member', accountEnabled: true, onPremisesSyncEnabled: null as boolean | null,
    signInSessionsValidFromDateTime: '2025-01-01T00:00:00Z', passwordProfile: null as object | null,
  };
  const graph = ({ method, path, body }: FixtureRequest): FixtureResponse => {
    if (path.includes('transitiveMemberOf')) return { body: { value: [] } };
    if (method === 'GET') return { body: user };
    if (method === 'PATCH') Object.assign(user, JSON.parse(body));
    else user.signInSessionsValidFromDateTime = new Date().toISOString();
    return method === 'PATCH' ? { status: 204 } : { body: { value: true } };
  };
  return (request) => {
    if (!isInfrastructure(request)) return graph(request);
    if (request.path.includes('/token')) return { body: { token_type: 'Bearer', expires_in: 3_599, access_token: TOKEN } };
    return { body: { issuer: `${origin}/${TENANT}/v2.0`, token_endpoint: `${origin}/${TENANT}/oauth2/v2.0/token`, authorization_endpoint: `${origin}/authorize`, jwks_uri: `${origin}/keys` } };
  };
}

const target = { kind: 'USER', id: 'ada@contoso.example' } as const;
const cases = pluginContract(plugin, {
  tls: { key, cert },
  secrets: [CANARY],
  isInfrastructure,
  createProvider,
  connection: (origin) => ({
    settings: { tenantId: TENANT },
    environment: { ENTRA_CLIENT_ID: USER, ENTRA_CLIENT_SECRET: CANARY, ENTRA_AUTHORITY_HOST: origin, ENTRA_GRAPH_URL: origin },
  }),
  actions: Object.fromEntries(plugin.actions.map(({ name }) => [name, { target }])),
});

for (const { name, run } of cases) test(name, run);
