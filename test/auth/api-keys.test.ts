import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { LIMITS } from '../../src/graphql/limits.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app[Symbol.asyncDispose]());

const CREATE = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name prefix roles email createdAt expiresAt revokedAt } } }';
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }';

interface Created {
  readonly createApiKey: { secret: string; apiKey: { id: string; name: string; prefix: string; roles: string[]; email: string | null } };
}

const create = async (input: object) => (await app.admin.ask<Created>(CREATE, { input: { name: 'A key', roles: ['VIEWER'], ...input } })).createApiKey;
const rolesOf = (key: string) => new TestClient(app.app.url, key).send<{ viewer: { roles: string[] } }>('{ viewer { roles } }');

test('a key is made with its roles and shown once; afterwards it is listed without its secret', async () => {
  const { secret, apiKey } = await create({ name: ' Console ', roles: ['RESPONDER', 'VIEWER', 'RESPONDER'], email: 'Grace@contoso.example' });
  expect(apiKey).toMatchObject({ name: 'Console', roles: ['RESPONDER', 'VIEWER'], email: 'grace@contoso.example', expiresAt: null, revokedAt: null });
  expect(secret.startsWith(apiKey.prefix)).toBe(true);
  expect((await rolesOf(secret)).data?.viewer.roles).toEqual(['RESPONDER', 'VIEWER']);
  const listed = JSON.stringify(await app.admin.ask('{ apiKeys { id name prefix roles email createdAt expiresAt lastUsedAt revokedAt } }'));
  expect(listed).toContain(apiKey.id);
  expect(listed).not.toContain(secret);
});

test.each([
  [{ name: ' ' }, ['input', 'name']],
  [{ roles: [] }, ['input', 'roles']],
  [{ email: 'nobody' }, ['input', 'email']],
  [{ expiresAt: '2020-01-01T00:00:00Z' }, ['input', 'expiresAt']],
])('a key of %j is refused at its place', async (input, path) => {
  expect((await app.admin.refusal(CREATE, { input: { name: 'A key', roles: ['VIEWER'], ...input } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path }] });
});

test('only administrators see, make and revoke keys', async () => {
  const others = await app.clientWith('VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR');
  const { apiKey } = await create({});
  for (const [query, variables] of [['{ apiKeys { id } }', {}], [CREATE, { input: { name: 'A key', roles: ['ADMIN'] } }], [REVOKE, { id: apiKey.id }]] as const) {
    expect((await others.refusal(query, variables)).extensions.code).toBe('FORBIDDEN');
  }
});

test('a key that is revoked is refused at once, its open sockets are closed, and it cannot be revoked twice', async () => {
  const { secret, apiKey } = await create({ roles: ['VIEWER'] });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    const socket = createClient({ url: `${app.app.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${secret}` }, retryAttempts: 0, lazy: false, onNonLazyError: () => undefined, on: { connected: () => void app.admin.ask(REVOKE, { id: apiKey.id }), closed: (event) => resolve(event as { code: number; reason: string }) } });
    socket.subscribe({ query: 'subscription { approvalActivity { id } }' }, { next: () => undefined, error: () => undefined, complete: () => undefined });
  });
  expect(await closed).toMatchObject({ code: 4401, reason: 'UNAUTHENTICATED' });
  expect((await rolesOf(secret)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect((await app.admin.refusal(REVOKE, { id: apiKey.id })).extensions.code).toBe('NOT_FOUND');
  expect((await app.admin.refusal(REVOKE, { id: 'key_x' })).extensions.code).toBe('BAD_USER_INPUT');
});

test('one key may have so many sockets open and no more, and another key is not kept out', async () => {
  const { secret } = await create({});
  const connect = (key: string) =>
    new Promise<{ socket: WebSocket; how: number }>((resolve) => {
      const socket = new WebSocket(`${app.app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } })));
      socket.on('message', () => resolve({ socket, how: 1 }));
      socket.on('close', (code) => resolve({ socket, how: code }));
    });
  const opened = await Promise.all(Array.from({ length: LIMITS.socketsPerKey }, () => connect(secret)));
  expect(opened.every(({ how }) => how === 1)).toBe(true);
  expect((await connect(secret)).how).toBe(4429);
  const other = await connect(app.admin.key);
  expect(other.how).toBe(1);
  for (const { socket } of [...opened, other]) socket.terminate();
});
