import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient, type GraphqlError } from '../support/test-client.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app[Symbol.asyncDispose]());

const QUERY = { query: '{ viewer { roles } }' };

async function errorOf(response: Response): Promise<GraphqlError> {
  const { errors } = (await response.json()) as { errors: GraphqlError[] };
  if (!errors[0]) throw new Error('There is no error.');
  return errors[0];
}

test.each([
  ['no key', {}],
  ['a malformed key', { authorization: 'Bearer nonsense' }],
  ['a key that does not exist', { authorization: `Bearer cmk_00000000_${'A'.repeat(43)}` }],
  ['another scheme', { authorization: 'Basic YTpi' }],
])('with %s nothing is answered, not even what fields there are', async (_what, headers) => {
  for (const query of [QUERY.query, '{ __schema { types { name } } }', '{ nonsense', 'mutation { nope }']) {
    const response = await fetch(`${app.app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect((await errorOf(response)).extensions.code).toBe('UNAUTHENTICATED');
  }
});

test('a key with the right beginning and another secret is refused', async () => {
  const [, prefix] = app.admin.key.split('_');
  const thief = new TestClient(app.app.url, `cmk_${prefix}_${'B'.repeat(43)}`);
  expect((await thief.post(QUERY)).status).toBe(401);
});

test('a revoked key and an expired key are refused', async () => {
  const revoked = await app.app.apiKeys.create({ name: 'revoked', roles: ['ADMIN'] });
  expect((await new TestClient(app.app.url, revoked.text).post(QUERY)).status).toBe(200);
  await app.app.apiKeys.revoke(revoked.apiKey.id);
  expect((await new TestClient(app.app.url, revoked.text).post(QUERY)).status).toBe(401);
  const expired = await app.app.apiKeys.create({ name: 'expired', roles: ['ADMIN'], expiresAt: new Date(Date.now() + 60_000) });
  await app.database.query(`update api_key set expires_at = now() - interval '1 second' where id = $1`, [expired.apiKey.id]);
  expect((await new TestClient(app.app.url, expired.text).post(QUERY)).status).toBe(401);
});

test.each([undefined, 'Bearer nonsense', 42])('a WebSocket that presents %s is closed as unauthenticated', async (authorization) => {
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    const client = createClient({
      url: `${app.app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: authorization === undefined ? {} : { authorization },
      retryAttempts: 0,
      on: { closed: (event) => resolve(event as { code: number; reason: string }) },
    });
    client.subscribe({ query: 'subscription { runProgress(runId: "x") { sequence } }' }, { next: () => undefined, error: () => undefined, complete: () => undefined });
  });
  expect(await closed).toMatchObject({ code: 4401, reason: 'UNAUTHENTICATED' });
});

test('what a role does not allow is FORBIDDEN', async () => {
  const viewer = await app.clientWith('VIEWER');
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const refused = await viewer.refusal('mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }', { input: { playbookId: playbook.id, target: { kind: 'USER', id: 'ada' } } });
  expect(refused.extensions.code).toBe('FORBIDDEN');
  expect(await viewer.ask('{ playbooks { totalCount } }')).toMatchObject({ playbooks: { totalCount: 1 } });
});

test('a body of 10 MB is refused before it is read', async () => {
  const response = await app.admin.post(JSON.stringify({ query: QUERY.query, variables: { x: 'x'.repeat(10_000_000) } }));
  expect(response.status).toBe(413);
  expect((await errorOf(response)).extensions.code).toBe('BAD_USER_INPUT');
});

test.each([
  ['JSON that ends too soon', '{"query": "{ viewer', 400],
  ['an empty body', '', 400],
  ['a body of nothing but lists', `{"query":"{ viewer { roles } }","variables":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, 400],
  ['a batch', JSON.stringify([QUERY, QUERY]), 400],
  ['no query', JSON.stringify({ variables: {} }), 400],
  ['GraphQL that cannot be read', JSON.stringify({ query: '{ viewer {' }), 400],
  ['an unknown field', JSON.stringify({ query: '{ viewer { nope } }' }), 400],
  ['no operation of that name', JSON.stringify({ query: 'query A { viewer { roles } }', operationName: 'B' }), 400],
])('%s is BAD_USER_INPUT with a problem', async (_what, body, status) => {
  const response = await app.admin.post(body);
  expect(response.status).toBe(status);
  const { extensions } = await errorOf(response);
  expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(extensions.problems).toHaveLength(1);
});

test('a subscription over HTTP is BAD_USER_INPUT that says where to send it', async () => {
  const response = await app.admin.post({ query: 'subscription { approvalActivity { id } }' });
  expect(response.status).toBe(400);
  expect(await errorOf(response)).toMatchObject({ message: expect.stringContaining('WebSocket'), extensions: { code: 'BAD_USER_INPUT' } });
});

test.each([
  ['a text for a number', 'query ($first: Int) { runs(first: $first) { totalCount } }', { first: 'x' }, ['first']],
  ['a length of time that is none', 'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'x', eventType: 'lab:signal', cooldown: '1s' } }, ['input', 'cooldown']],
  ['a field that is missing', 'mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'x' } }, ['input']],
])('%s among the variables is BAD_USER_INPUT over a socket, too', async (_what, query, variables, path) => {
  const socket = app.socket();
  const { value } = await socket.iterate({ query, variables }).next();
  await socket.dispose();
  expect(value?.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path }] });
});

test('a form that a foreign page could send is refused', async () => {
  const response = await app.admin.post('query={viewer{roles}}', { 'content-type': 'application/x-www-form-urlencoded' });
  expect(response.status).toBe(415);
  expect((await errorOf(response)).extensions.code).toBe('BAD_USER_INPUT');
});

test('an introspection is answered only when it is allowed', async () => {
  await using closed = await startTestApp({ allowIntrospection: false });
  const { extensions } = await closed.admin.refusal('{ __schema { types { name } } }');
  expect(extensions.code).toBe('BAD_USER_INPUT');
  expect((await closed.admin.refusal('{ viewr { roles } }')).message).not.toContain('viewer');
});

test('a fault of the service shows nothing but a requestId', async () => {
  await using broken = await startTestApp();
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: broken.database.url });
  await client.connect();
  await client.query('alter table playbook rename to gone');
  await client.end();
  const { message, extensions } = await broken.admin.refusal('{ playbooks { totalCount } }');
  expect(extensions.code).toBe('INTERNAL_SERVER_ERROR');
  expect(message).toContain(extensions.requestId);
  expect(message).not.toMatch(/relation|playbook|sql/i);
});

test('/healthz and /readyz answer without a key; GET /graphql says what to do', async () => {
  expect(await (await fetch(`${app.app.url}/healthz`)).json()).toEqual({ status: 'ok' });
  expect((await fetch(`${app.app.url}/readyz`)).status).toBe(200);
  const response = await fetch(`${app.app.url}/graphql`);
  expect(response.status).toBe(404);
  expect((await errorOf(response)).message).toContain('POST');
});
