import { getIntrospectionQuery } from 'graphql';
import { LIMITS } from '../../src/graphql/limits.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { GraphqlError } from '../support/test-client.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app[Symbol.asyncDispose]());

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_item, index) => text(index)).join(' ');
const nest = (depth: number): string => '{ playbooks(first: 1) { nodes '.repeat(depth) + '{ id }' + ' } }'.repeat(depth);

async function overSocket(query: string, variables: Record<string, unknown> = {}): Promise<GraphqlError[]> {
  const socket = app.socket();
  try {
    for await (const { errors } of socket.iterate({ query, variables })) return (errors ?? []) as unknown as GraphqlError[];
    return [];
  } catch (error) {
    return error as GraphqlError[];
  } finally {
    await socket.dispose();
  }
}

const HOSTILE: readonly [string, string, string][] = [
  ['1,000 aliases', `{ ${times(1_000, (index) => `a${index}: viewer { roles }`)} }`, 'QUERY_TOO_COMPLEX'],
  ['aliases in a fragment', `{ viewer { ...F } } fragment F on Viewer { ${times(LIMITS.aliases + 1, (index) => `a${index}: roles`)} }`, 'QUERY_TOO_COMPLEX'],
  ['a deep query', `{ run(id: "x") ${'{ playbook { triggers { playbooks { triggers { playbooks '.repeat(5)} { id } ${'} } } } }'.repeat(5)} }`, 'QUERY_TOO_COMPLEX'],
  ['many directives', `{ viewer { ${times(LIMITS.directives + 1, () => 'roles @include(if: true)')} } }`, 'QUERY_TOO_COMPLEX'],
  ['many operations', times(LIMITS.operations + 1, (index) => `query Q${index} { viewer { roles } }`), 'QUERY_TOO_COMPLEX'],
  ['a page of pages', '{ playbooks(first: 100) { nodes { runs(first: 100) { nodes { steps { id key attempts { number } } } } } } }', 'QUERY_TOO_COMPLEX'],
  ['a document of 100,000 tokens', `{ viewer { ${'roles '.repeat(100_000)} } }`, 'QUERY_TOO_COMPLEX'],
  ['fragments in a circle', '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }', 'BAD_USER_INPUT'],
  ['a fragment that looks like introspection', `{ ${nest(12).slice(1)} fragment __schema on Playbook { id }`, 'BAD_USER_INPUT'],
];

test.each(HOSTILE)('%s is refused over HTTP and over a socket, and nothing of it is carried out', async (_what, query, code) => {
  const answer = await app.admin.send(query);
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toContain(code);
  expect(answer.data ?? null).toBeNull();
  expect((await overSocket(query)).map(({ extensions }) => extensions.code)).toContain(code);
});

test('what an operation costs is told by its variables', async () => {
  const query = 'query ($first: Int!) { runs(first: $first) { nodes { events(first: $first) { message } steps { id } } } }';
  expect((await app.admin.send(query, { first: 10 })).errors).toBeUndefined();
  const query2 = 'query ($first: Int!) { playbooks(first: $first) { nodes { runs(first: $first) { nodes { steps { plan attempts { number } } } } } } }';
  expect((await app.admin.refusal(query2, { first: 100 })).extensions.code).toBe('QUERY_TOO_COMPLEX');
  expect((await overSocket(query2, { first: 100 }))[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
});

test('honest clients are let through: the schema is read whole, and a page of runs with all that hangs below', async () => {
  expect((await app.admin.send(getIntrospectionQuery())).errors).toBeUndefined();
  await app.admin.ask(`{ runs(first: 50) { pageInfo { endCursor } nodes { id status playbook { name } target { displayName } steps { key status plan attempts { number error { code message } } error { message } approval { status decisions { comment } } } } } }`);
  await app.admin.ask(`{ ${times(LIMITS.aliases, (index) => `a${index}: viewer { roles }`)} }`);
});

test('a socket may have so many operations under way and no more; the others go on', async () => {
  const runId = await app.admin.run((await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: await app.admin.connect(), approval: { contacts: [{ channel: 'EMAIL', address: 'a@b.example' }] } }])).id);
  const socket = app.socket();
  const refused = new Promise<GraphqlError[]>((resolve) => {
    for (let index = 0; index <= LIMITS.operationsPerSocket; index += 1) {
      socket.subscribe({ query: 'subscription ($id: ID!) { runProgress(runId: $id) { sequence } }', variables: { id: runId } }, { next: () => undefined, error: (error) => resolve(error as GraphqlError[]), complete: () => undefined });
    }
  });
  expect((await refused)[0]?.extensions.code).toBe('RATE_LIMITED');
  await socket.dispose();
});

test.each([
  ['lists', `{ runs(after: ${'['.repeat(2_400)}`],
  ['objects', `{ runs(filter: ${'{a:'.repeat(1_600)}`],
  ['types', `query ($a: ${'['.repeat(2_400)}`],
  ['selections', '{ ... '.repeat(2_400)],
  ['lists behind a text that is escaped', `{ runs(search: """\\""" """, after: ${'['.repeat(2_400)} """`],
])('a document of nothing but %s in each other is refused before it is parsed', async (_what, query) => {
  const response = await app.admin.post({ query });
  expect(response.status).toBe(400);
  expect(((await response.json()) as { errors: GraphqlError[] }).errors[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  expect((await overSocket(query))[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
});

test('a document that is too long is refused before it is looked at, over a socket, too', async () => {
  const query = `{ viewer { roles } } #${'x'.repeat(LIMITS.characters)}`;
  expect((await app.admin.refusal(query)).extensions.code).toBe('QUERY_TOO_COMPLEX');
  expect((await overSocket(query))[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
});

test('brackets in texts and remarks count for nothing', async () => {
  await app.admin.ask(`# ${'['.repeat(2_400)}\n{ playbooks(search: "${'['.repeat(2_400)}") { totalCount } }`);
  await app.admin.ask(`{ playbooks(search: """ \\""" ${'['.repeat(2_400)} """) { totalCount } }`);
});

test('an operation that costs too much is answered with 400', async () => {
  expect((await app.admin.post({ query: '{ playbooks(first: 2147483647) { nodes { id } } }' })).status).toBe(400);
});
