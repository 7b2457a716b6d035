import { PERMISSIONS, ROLES, ROLE_PERMISSIONS, type Permission, type Role } from '../../src/auth/permissions.js';
import { buildApiSchema } from '../../src/graphql/schema.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient, type GraphqlError } from '../support/test-client.js';
import { CROSSINGS, KEPT_FIELDS, TYPE_NEEDS, crossingsOf, typesOf } from './matrix/fields.js';
import { AUTHORS, ADMINS } from './matrix/operation.js';
import { createThings, loseOutcomes, type Things } from './matrix/things.js';

let app: TestApp;
let things: Things;
/** A key with everything that a key can have, which has started a run and was revoked. */
let keptRunId: string;
let ungrantedPlaybookId: string;
const clients = new Map<Role, TestClient>();
const schema = buildApiSchema([]);

beforeAll(async () => {
  app = await startTestApp({ setUp: loseOutcomes });
  for (const role of ROLES) clients.set(role, await app.clientWith(role));
  things = await createThings(app, 'things');
  await app.database.query(`update approval set policy = jsonb_set(policy, '{contacts}', '[{"channel": "SLACK", "address": "https://hooks.slack.invalid/services/secret", "name": null}]') where id = $1`, [things.approvalId]);
  keptRunId = await runOfFullKey();
  ungrantedPlaybookId = await ungrantedPlaybook();
});

afterAll(() => app[Symbol.asyncDispose]());

async function runOfFullKey(): Promise<string> {
  const input = { name: 'Full', roles: ['RESPONDER'], email: 'grace@contoso.example', expiresAt: '2100-01-01T00:00:00Z', playbookIds: [things.playbookId], connectionIds: [things.connectionId] };
  const { createApiKey } = await app.admin.ask<{ createApiKey: { secret: string; apiKey: { id: string } } }>('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }', { input });
  const runId = await new TestClient(app.app.url, createApiKey.secret).run(things.playbookId);
  await app.admin.ask('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id: createApiKey.apiKey.id });
  return runId;
}

async function ungrantedPlaybook(): Promise<string> {
  const connectionId = await app.admin.connect();
  const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const { check } = app.lab;
  app.lab.check = () => ({ granted: [], tenantId: 'tenant-1' });
  await app.admin.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { id } } }', { id: connectionId });
  app.lab.check = check;
  return id;
}

interface Kept {
  /** Who sees it. The others are told nothing, and everything else of the thing. */
  readonly roles: readonly Role[];
  readonly document: string;
  readonly id: () => string;
  readonly shown: unknown;
  readonly hidden?: unknown;
}

const ofKey = (field: string, shown: unknown): Kept => ({ roles: ADMINS, document: `query ($id: ID!) { run(id: $id) { startedBy { ... on ApiKey { ${field} } } } }`, id: () => keptRunId, shown });
const CONSENTERS: readonly Role[] = ['RESPONDER', 'AUTHOR', 'ADMIN'];

/** Fields that show less to some of those who see the thing. */
const KEPT: Readonly<Record<string, Kept>> = {
  'ApiKey.roles': ofKey('roles', ['RESPONDER']),
  'ApiKey.email': ofKey('email', 'grace@contoso.example'),
  'ApiKey.expiresAt': ofKey('expiresAt', '2100-01-01T00:00:00.000Z'),
  'ApiKey.lastUsedAt': ofKey('lastUsedAt', expect.any(String)),
  'ApiKey.revokedAt': ofKey('revokedAt', expect.any(String)),
  'ApiKey.playbookIds': ofKey('playbookIds', [expect.stringMatching(/^pbk_/)]),
  'ApiKey.connectionIds': ofKey('connectionIds', [expect.stringMatching(/^con_/)]),
  'Consent.url': { roles: CONSENTERS, document: 'query ($id: ID!) { node(id: $id) { ... on Connection { consent { url } } } }', id: () => things.connectionId, shown: expect.stringMatching(/^https:/) },
  'ReadinessProblem.consentUrl': { roles: CONSENTERS, document: 'query ($id: ID!) { playbook(id: $id) { readiness { problems { consentUrl } } } }', id: () => ungrantedPlaybookId, shown: expect.stringMatching(/^https:/) },
  'ApprovalContact.address': {
    roles: AUTHORS, document: 'query ($id: ID!) { node(id: $id) { ... on Approval { policy { contacts { address } } } } }', id: () => things.approvalId,
    shown: 'https://hooks.slack.invalid/services/secret', hidden: 'https://hooks.slack.invalid/…',
  },
};

/** The only leaf of an answer. */
function leafOf(value: unknown): unknown {
  const isPlainList = Array.isArray(value) && typeof value[0] !== 'object';
  if (typeof value !== 'object' || value === null || isPlainList) return value;
  return leafOf(Object.values(value)[0]);
}

test.each(Object.entries(KEPT))('%s is shown to some of those who see the rest', async (_name, { roles, document, id, shown, hidden = null }) => {
  for (const role of ROLES) {
    const answer = await clients.get(role)?.ask(document, { id: id() });
    expect([role, leafOf(answer)]).toEqual([role, roles.includes(role) ? shown : hidden]);
  }
});

test('docs/permissions.md lists these fields, and everybody meets a key by its name', async () => {
  expect(Object.keys(KEPT)).toEqual(Object.keys(KEPT_FIELDS));
  const { run } = (await clients.get('VIEWER')?.ask<{ run: { startedBy: object } }>('query ($id: ID!) { run(id: $id) { startedBy { ... on ApiKey { id name prefix createdAt } } } }', { id: keptRunId })) ?? {};
  expect(run?.startedBy).toMatchObject({ name: 'Full', prefix: expect.stringMatching(/^cmk_/), createdAt: expect.any(String) });
});

test('whoever holds a key sees all of it', async () => {
  const holder = await app.clientOf('ada@contoso.example', 'VIEWER');
  const { viewer } = await holder.ask<{ viewer: { actor: object } }>('{ viewer { actor { ... on ApiKey { roles email lastUsedAt createdAt } } } }');
  expect(viewer.actor).toMatchObject({ roles: ['VIEWER'], email: 'ada@contoso.example' });
});

test('every role sees at least what a viewer sees, so that what a mutation answers can be shown', () => {
  for (const role of ROLES) expect(ROLE_PERMISSIONS[role]).toEqual(expect.arrayContaining([...ROLE_PERMISSIONS.VIEWER]));
});

test('the tables know every type of the schema, and every field that leads to what needs another permission', () => {
  expect(Object.keys(TYPE_NEEDS).sort()).toEqual(typesOf(schema));
  expect(Object.keys(CROSSINGS).sort()).toEqual(crossingsOf(schema));
});

/** Takes one permission from everybody for a while. */
async function without<T>(permission: Permission, work: (client: TestClient) => Promise<T>): Promise<T> {
  const granted = ROLE_PERMISSIONS as Record<Role, readonly Permission[]>;
  const all = granted.VIEWER;
  granted.VIEWER = all.filter((one) => one !== permission);
  try {
    return await work(await app.clientWith('VIEWER'));
  } finally {
    granted.VIEWER = all;
  }
}

test.each(Object.entries(CROSSINGS))('%s is refused to whoever sees the one but not the other', async (crossing, { needs, of }) => {
  const [type, field] = crossing.split('.');
  const query = `query ($id: ID!) { node(id: $id) { ... on ${type} { id ${field} { __typename } } } }`;
  await app.admin.ask(query, { id: of(things) });
  expect(Object.keys(PERMISSIONS)).toContain(needs);
  const { errors } = await without(needs, (client) => client.send<unknown>(query, { id: of(things) }));
  expect(errors?.map(({ extensions, message }: GraphqlError) => [extensions.code, message.includes(needs)])).toEqual([['FORBIDDEN', true]]);
});

test.each([['trigger', 'trigger:read'], ['event', 'event:read']] as const)('the %s that started a run is refused to whoever may not see it', async (field, needs) => {
  const query = `query ($id: ID!) { run(id: $id) { startedBy { ... on TriggerActor { ${field} { id } } } } }`;
  await app.admin.ask(query, { id: things.firedRunId });
  expect((await without(needs, (client) => client.refusal(query, { id: things.firedRunId }))).extensions.code).toBe('FORBIDDEN');
});
