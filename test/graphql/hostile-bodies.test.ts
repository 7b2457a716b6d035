import { keptLog } from '../support/log-lines.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { GraphqlError } from '../support/test-client.js';

const { logger, lines } = keptLog();
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false, logger });
});

afterAll(() => app[Symbol.asyncDispose]());

// Whatever was sent, it was nobody's fault but the sender's.
afterEach(() => expect(lines.splice(0).filter(({ level }) => level >= 50)).toEqual([]));

const QUERY = '{ viewer { roles } }';
const CREATE = 'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }';
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const connection = (settings: string): string => `{"input":{"provider":"lab","name":"x","settings":${settings}}}`;

/** Each is a whole operation as text, since JSON.stringify could not write some of them. */
const OPERATIONS: readonly [string, string, string][] = [
  ['nested lists of 400,000', `{"query":${JSON.stringify(CREATE)},"variables":${connection(nested(400_000))}}`, 'BAD_USER_INPUT'],
  ['nested objects of 100,000', `{"query":${JSON.stringify(CREATE)},"variables":${connection(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)}}`, 'BAD_USER_INPUT'],
  ['nested lists where none belong', `{"query":"query ($first: Int) { runs(first: $first) { totalCount } }","variables":{"first":${nested(100_000)}}}`, 'BAD_USER_INPUT'],
  ['nested lists in a variable that nobody asked for', `{"query":${JSON.stringify(QUERY)},"variables":{"other":${nested(100_000)}}}`, 'BAD_USER_INPUT'],
  ['a huge number for an Int', '{"query":"query ($first: Int) { runs(first: $first) { totalCount } }","variables":{"first":1e400}}', 'BAD_USER_INPUT'],
  ['a number beyond 32 bits', '{"query":"query ($first: Int) { runs(first: $first) { totalCount } }","variables":{"first":9007199254740993}}', 'BAD_USER_INPUT'],
  ['a number of 200,000 digits', `{"query":"query ($first: Int) { runs(first: $first) { totalCount } }","variables":{"first":${'9'.repeat(200_000)}}}`, 'BAD_USER_INPUT'],
  ['a literal number of 200,000 digits', `{"query":"{ runs(first: ${'9'.repeat(200_000)}) { totalCount } }"}`, 'BAD_USER_INPUT'],
  ['an operation name of 500,000 letters', `{"query":${JSON.stringify(QUERY)},"operationName":"${'x'.repeat(500_000)}"}`, 'BAD_USER_INPUT'],
  ['a field name of 500,000 letters', `{"query":"{ ${'x'.repeat(500_000)} }"}`, 'QUERY_TOO_COMPLEX'],
  ['a list of 1,001 entries', `{"query":"query ($s: [RunStatus!]) { runs(where: { status: $s }) { totalCount } }","variables":{"s":[${'"FAILED",'.repeat(1_000)}"FAILED"]}}`, 'BAD_USER_INPUT'],
  ['subscriptions with a directive whose variable there is not', '{"query":"subscription { approvalActivity @skip(if: $nope) { id } }"}', 'BAD_USER_INPUT'],
  ['selections within each other 2,400 times', `{"query":"${'{ viewer '.repeat(2_400)}${'}'.repeat(2_400)}"}`, 'QUERY_TOO_COMPLEX'],
  ['literal lists within each other 2,400 times', `{"query":"{ runs(first: ${nested(2_400)}) { totalCount } }"}`, 'QUERY_TOO_COMPLEX'],
  ['literal objects within each other 1,000 times', `{"query":"mutation { createConnection(input: { provider: \\"lab\\", name: \\"x\\", settings: ${'{a:'.repeat(1_000)}1${'}'.repeat(1_000)} }) { connection { id } } }"}`, 'QUERY_TOO_COMPLEX'],
];

it.each(OPERATIONS)('%s are refused over HTTP and over a socket, with a short answer', async (_what, text, code) => {
  const response = await app.admin.post(text);
  const answer = await response.text();
  expect(answer.length).toBeLessThan(20_000);
  expect([200, 400]).toContain(response.status);
  const { errors } = JSON.parse(answer) as { errors: GraphqlError[] };
  expect(errors.map(({ extensions }) => extensions.code)).toContain(code);
  using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
  socket.say(`{"type":"subscribe","id":"1","payload":${text}}`);
  const said = await socket.ask('2', { query: QUERY });
  expect(said).toMatchObject({ type: 'next', payload: { data: { viewer: { roles: ['ADMIN'] } } } });
  const refused = socket.messages.find(({ id }) => id === '1');
  const told = refused?.type === 'error' ? (refused.payload as GraphqlError[]) : ((refused?.payload as { errors: GraphqlError[] }).errors);
  expect(told.map(({ extensions }) => extensions.code)).toContain(code);
  expect(JSON.stringify(refused).length).toBeLessThan(20_000);
});

describe('a request that a foreign page could make a browser send', () => {
  const FORM = '------x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{ viewer { roles } }"}\r\n------x--\r\n';

  it.each([
    ['text/plain', JSON.stringify({ query: QUERY }), 415],
    ['text/plain; charset=utf-8', JSON.stringify({ query: QUERY }), 415],
    ['multipart/form-data; boundary=----x', FORM, 415],
    ['application/x-www-form-urlencoded', 'query={viewer{roles}}', 415],
    ['text/plain, application/json', JSON.stringify({ query: QUERY }), 415],
    ['application/graphql', QUERY, 415],
  ])('as %s is refused', async (contentType, body, status) => {
    const response = await app.admin.post(body, { 'content-type': contentType });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it.each([
    ['GET', '/graphql?query={viewer{roles}}', {}],
    ['HEAD', '/graphql?query={viewer{roles}}', {}],
    ['GET', '/graphql?query={viewer{roles}}', { 'x-http-method-override': 'POST', 'apollo-require-preflight': '1' }],
    ['GET', '/graphql?query={viewer{roles}}', { 'x-http-method': 'POST', 'content-type': 'application/json' }],
    ['PUT', '/graphql', {}],
    ['OPTIONS', '/graphql', { origin: 'https://evil.example', 'access-control-request-method': 'POST' }],
  ])('by %s %s %j is refused', async (method, path, headers) => {
    const response = await fetch(`${app.app.url}${path}`, { method, headers: { authorization: `Bearer ${app.admin.key}`, ...headers } as Record<string, string> });
    expect(response.status).toBe(404);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('the query in the address does not count beside a body', async () => {
    const response = await fetch(`${app.app.url}/graphql?query={viewer{roles}}`, { method: 'POST', headers: { authorization: `Bearer ${app.admin.key}`, 'content-type': 'application/json' }, body: '{}' });
    expect(response.status).toBe(400);
  });
});

it.each([['__proto__', '{"query":"{ viewer { roles } }","variables":{"__proto__":{"polluted":true}}}'], ['constructor', '{"query":"{ viewer { roles } }","variables":{"constructor":{"prototype":{"polluted":true}}}}']])('%s in variables pollutes nothing, over HTTP and over a socket', async (_what, text) => {
  const response = await app.admin.post(text);
  expect([200, 400]).toContain(response.status);
  using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
  socket.say(`{"type":"subscribe","id":"__proto__","payload":${text}}`);
  expect(await socket.ask('2', { query: QUERY })).toMatchObject({ type: 'next' });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

it('brackets in strings and comments are no nesting', async () => {
  const query = `{ # ${'['.repeat(300)}\n playbooks(after: "${'{'.repeat(300)}") { totalCount } }`;
  expect((await app.admin.refusal(query)).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['after'] }] });
});

it('of a key that is there twice the last one counts, for the limits as for the operation', async () => {
  const response = await app.admin.post('{"query":"mutation { nope }","query":"{ viewer { roles } }"}');
  expect(await response.json()).toEqual({ data: { viewer: { roles: ['ADMIN'] } } });
});

it('bytes that are no UTF-8 are no reason to fail', async () => {
  const body = Buffer.concat([Buffer.from('{"query":"{ viewer { roles } }","variables":{"x":"'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"}}')]);
  const response = await fetch(`${app.app.url}/graphql`, { method: 'POST', headers: { authorization: `Bearer ${app.admin.key}`, 'content-type': 'application/json' }, body });
  expect([200, 400]).toContain(response.status);
});

it('a body that is compressed is not unpacked', async () => {
  const { gzipSync } = await import('node:zlib');
  const bomb = gzipSync(JSON.stringify({ query: QUERY, variables: { x: 'x'.repeat(50_000_000) } }));
  const response = await fetch(`${app.app.url}/graphql`, { method: 'POST', headers: { authorization: `Bearer ${app.admin.key}`, 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: bomb });
  expect(response.status).toBe(400);
});

it.each(['', 'Bearer ', 'Bearer\tx', `Bearer cmk_${'0'.repeat(7_000)}`, 'Bearer cmk_00000000_\u00ff', 'bearer null'])('the authorization %j is refused like any other', async (authorization) => {
  const response = await fetch(`${app.app.url}/graphql`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{}' });
  expect(response.status).toBe(401);
});
