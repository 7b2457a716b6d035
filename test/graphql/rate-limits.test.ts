import { once } from 'node:events';
import { connect } from 'node:net';
import { startTestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { RawSocket } from '../support/raw-socket.js';

const QUERY = '{ viewer { roles } }';
const MUTATION = 'mutation { revokeApiKey(input: { id: "key_00000000000000000000000000" }) { apiKey { id } } }';
const badKey = (index: number): string => `cmk_${index.toString(16).padStart(8, '0')}_${'A'.repeat(43)}`;

async function statuses(client: TestClient, count: number, query = QUERY, headers: Record<string, string> = {}): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await client.post({ query }, headers)).status);
  return found;
}

describe('a key that asks for more than it may', () => {
  it('is refused with 429 and told when to come again; other keys and other kinds of operations go on', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { queriesPerMinute: 6, mutationsPerMinute: 3 } });
    const other = await app.clientWith('VIEWER');
    expect(await statuses(app.admin, 4)).toEqual([200, 200, 200, 200]);
    expect(await statuses(app.admin, 3, MUTATION)).toEqual([200, 200, 200]);
    expect(await statuses(app.admin, 1, MUTATION)).toEqual([429]);
    expect(await statuses(app.admin, 2)).toEqual([200, 200]);
    const refused = await app.admin.post({ query: QUERY });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    const { errors } = (await refused.json()) as { errors: { message: string; extensions: object }[] };
    expect(errors).toEqual([{ message: expect.stringContaining(`Come again in ${seconds} s`), extensions: { code: 'RATE_LIMITED', problems: [], retryAfterSeconds: seconds } }]);
    // The address has asked six times, too: whoever comes from there with another key is refused for it.
    expect((await (await other.post({ query: QUERY })).json())).toMatchObject({ errors: [{ message: expect.stringContaining('your address') }] });
  });

  it('has one limit for HTTP and sockets, where the operation is refused and the socket stays', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { queriesPerMinute: 3, mutationsPerMinute: 1 } });
    expect(await statuses(app.admin, 1)).toEqual([200]);
    using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
    expect(await socket.ask('1', { query: QUERY })).toMatchObject({ type: 'next' });
    expect(await socket.ask('2', { query: 'subscription { runProgress(runId: "run_00000000000000000000000000") { sequence } }' })).toMatchObject({ payload: { errors: [{ extensions: { code: 'NOT_FOUND' } }] } });
    expect(await socket.ask('3', { query: QUERY })).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }] });
    expect(await socket.ask('4', { query: MUTATION })).toMatchObject({ type: 'next' });
    expect(await socket.ask('5', { query: MUTATION })).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    expect(socket.closed).toBeUndefined();
  });

  it('is refused without its key being looked up, its document being read or anything being carried out', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { queriesPerMinute: 1 } });
    expect(await statuses(app.admin, 1)).toEqual([200]);
    await app.database.query('alter table api_key rename to gone');
    expect(await statuses(app.admin, 2, '{ not a document')).toEqual([429, 429]);
  });

  it('is not limited at all by 0', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { queriesPerMinute: 0, mutationsPerMinute: 0, failedSignInsPerMinute: 0 } });
    expect(new Set(await statuses(app.admin, 20))).toEqual(new Set([200]));
    for (let index = 0; index < 70; index += 1) expect((await new TestClient(app.app.url, badKey(index)).post({ query: QUERY })).status).toBe(401);
  });

  it('counts only what was let in: a thousand at once are not let through by being at once', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { queriesPerMinute: 10 } });
    const answers = await Promise.all(Array.from({ length: 60 }, async () => (await app.admin.post({ query: QUERY })).status));
    expect(answers.filter((status) => status === 200)).toHaveLength(10);
    expect(answers.filter((status) => status === 429)).toHaveLength(50);
  });
});

describe('a key whose operations have to be refused again and again', () => {
  const TOO_DEEP = `{ ${'viewer { '.repeat(30)} roles ${'}'.repeat(30)} }`;

  it('is not read any more for a while, over HTTP and sockets; other keys from the same address go on', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { refusedOperationsPerMinute: 24 } });
    const other = await app.clientWith('VIEWER');
    using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
    expect(await statuses(app.admin, 2, TOO_DEEP)).toEqual([400, 400]);
    expect(await socket.ask('1', { query: TOO_DEEP })).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }, { extensions: { code: 'BAD_USER_INPUT' } }] });
    // Read, and found to be no operation; it counts by its length.
    expect(await statuses(app.admin, 1, `{ not a document ${'x'.repeat(5_000)}`)).toEqual([400]);
    const refused = await app.admin.post({ query: QUERY });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10);
    expect(await refused.json()).toMatchObject({ errors: [{ message: expect.stringContaining('could not be carried out'), extensions: { code: 'RATE_LIMITED' } }] });
    expect(await socket.ask('2', { query: QUERY })).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }] });
    expect(await statuses(other, 1)).toEqual([200]);
  });

  it('is not even received: the answer comes before the body does', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { refusedOperationsPerMinute: 1 } });
    expect(await statuses(app.admin, 1, TOO_DEEP)).toEqual([400]);
    const { port, hostname } = new URL(app.app.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 900000\r\nauthorization: Bearer ${app.admin.key}\r\n\r\n{"query":"`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('may be wrong about what there is, or have too little right, as often as it likes', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { refusedOperationsPerMinute: 1 } });
    const viewer = await app.clientWith('VIEWER');
    for (let index = 0; index < 5; index += 1) {
      expect((await viewer.refusal('{ runs(first: 1000) { totalCount } }')).extensions.code).toBe('BAD_USER_INPUT');
      expect((await viewer.refusal(MUTATION)).extensions.code).toBe('FORBIDDEN');
      expect((await viewer.refusal('{ noSuchField }')).extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('whoever presents wrong keys again and again', () => {
  it('is refused without a look-up, while a key that was valid here goes on, over HTTP and sockets', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 5 } });
    const { text: newcomer } = await app.app.apiKeys.create({ name: 'a key that was not used yet', roles: ['VIEWER'] });
    expect(await statuses(app.admin, 1)).toEqual([200]);
    for (let index = 0; index < 5; index += 1) expect(await statuses(new TestClient(app.app.url, badKey(index)), 1)).toEqual([401]);
    const refused = await new TestClient(app.app.url, badKey(9)).post({ query: QUERY });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await statuses(new TestClient(app.app.url, newcomer), 1)).toEqual([429]);
    expect(await statuses(app.admin, 3)).toEqual([200, 200, 200]);
    using socket = await new RawSocket(app.app.url).open();
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${badKey(10)}` } });
    expect(await socket.untilClosed()).toEqual({ code: 4429, reason: 'RATE_LIMITED' });
    using known = await new RawSocket(app.app.url).signIn(app.admin.key);
    expect(known.closed).toBeUndefined();
    await app.database.query('alter table api_key rename to gone');
    expect(await statuses(new TestClient(app.app.url, badKey(11)), 1)).toEqual([429]);
  });

  it('a key that was valid and is revoked does not get in by having been known', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 } });
    const { text, apiKey } = await app.app.apiKeys.create({ name: 'soon revoked', roles: ['VIEWER'] });
    const client = new TestClient(app.app.url, text);
    expect(await statuses(client, 1)).toEqual([200]);
    await app.app.apiKeys.revoke(apiKey.id);
    expect(await statuses(client, 3)).toEqual([401, 401, 429]);
  });

  it('is not held against those who present nothing', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 } });
    for (let index = 0; index < 5; index += 1) {
      expect((await fetch(`${app.app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status).toBe(401);
    }
    expect(await statuses(app.admin, 1)).toEqual([200]);
  });

  it('is told from others by the address that a trusted proxy tells, over HTTP and sockets; an IPv6 network counts as one', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 }, trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
    const from = async (address: string, key = badKey(1)): Promise<number> => (await new TestClient(app.app.url, key).post({ query: QUERY }, { 'x-forwarded-for': address })).status;
    expect([await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.1')]).toEqual([401, 401, 429]);
    expect(await from('203.0.113.2')).toBe(401);
    // What the sender wrote himself stands in front of what the proxy added, and does not count.
    expect(await from('198.51.100.7, 203.0.113.1')).toBe(429);
    expect(await from('203.0.113.1, 10.1.2.3')).toBe(429);
    expect(await from('::ffff:203.0.113.1')).toBe(429);
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3'), await from('2001:db8:0:1::3')]).toEqual([401, 401, 429, 401]);
    // No address at all counts as the proxy's own.
    expect([await from('nonsense'), await from('x'.repeat(5_000)), await from('unknown')]).toEqual([401, 401, 429]);
    using socket = await new RawSocket(app.app.url, { headers: { 'x-forwarded-for': '203.0.113.1' } }).open();
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${badKey(2)}` } });
    expect(await socket.untilClosed()).toEqual({ code: 4429, reason: 'RATE_LIMITED' });
  });

  it('cannot take another address by a header when no proxy is trusted', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 } });
    const from = async (address: string): Promise<number> => (await new TestClient(app.app.url, badKey(1)).post({ query: QUERY }, { 'x-forwarded-for': address })).status;
    expect([await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.3')]).toEqual([401, 401, 429]);
  });
});

describe('the pages behind links, and the hooks', () => {
  it('refuse whoever tries one unknown link after the other', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 } });
    for (const [path, unknown] of [['/approvals/nonsense', 404], ['/consent/callback?state=nonsense', 400]] as const) {
      const answers = [await fetch(`${app.app.url}${path}`), await fetch(`${app.app.url}${path}`), await fetch(`${app.app.url}${path}`)];
      expect(answers.map(({ status }) => status)).toEqual([unknown, unknown, 429]);
      expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answers[2]?.headers.get('content-type')).toMatch(/^text\/html/);
    }
  });

  it('refuse hooks without a signature after a while, with the code of its own', async () => {
    await using app = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 } });
    const post = (): Promise<Response> => fetch(`${app.app.url}/hooks/nobody`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect([(await post()).status, (await post()).status]).toEqual([404, 404]);
    const refused = await post();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  });
});
