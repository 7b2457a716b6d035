import { Metrics } from '../../src/kernel/metrics.js';
import { Refusals } from '../../src/kernel/refusals.js';
import { keptLog } from '../support/log-lines.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { until } from '../support/until.js';

const { logger, lines, refusals } = keptLog();
const WARN = 40;
const TOKEN = 'a-token-for-the-scraper-0123456789';
let app: TestApp;
let viewer: TestClient;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false, logger, metricsToken: TOKEN, rateLimits: { failedSignInsPerMinute: 0 } });
  viewer = await app.clientWith('VIEWER');
});

afterAll(() => app[Symbol.asyncDispose]());

beforeEach(() => void lines.splice(0));

const QUERY = '{ viewer { roles } }';
const START = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';
const START_INPUT = { input: { playbookId: 'pbk_00000000000000000000000000', target: { kind: 'USER', id: 'ada' } } };
const THIEF = `cmk_0123abcd_${'S'.repeat(43)}`;
const prefixOf = (key: string): string => key.split('_').slice(0, 2).join('_');

async function metricsText(headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Promise<string> {
  return (await fetch(`${app.app.url}/metrics`, { headers })).text();
}

async function counted(code: string, via: string): Promise<number> {
  const [, value] = new RegExp(`^countermeasure_refusals_total\\{code="${code}",via="${via}"\\} (\\d+)$`, 'm').exec(await metricsText()) ?? [];
  return Number(value ?? 0);
}

describe('every refusal is logged once, with who was refused, and counted', () => {
  it.each([
    ['a key that does not exist', 'UNAUTHENTICATED', () => new TestClient(app.app.url, THIEF).post({ query: QUERY }), { level: WARN, keyPrefix: 'cmk_0123abcd' }],
    ['another kind of token', 'UNAUTHENTICATED', () => new TestClient(app.app.url, `eyJhbGciOiJIUzI1NiJ9.${'S'.repeat(40)}.x`).post({ query: QUERY }), { level: WARN }],
    ['what no role allows', 'FORBIDDEN', () => viewer.post({ query: START, variables: START_INPUT }), { level: WARN, actor: true }],
    ['what is not there', 'NOT_FOUND', () => app.admin.post({ query: START, variables: START_INPUT }), { level: 30, actor: true }],
    ['an unknown address', 'NOT_FOUND', () => fetch(`${app.app.url}/nowhere`), { level: 30 }],
    ['a document that is too deep', 'QUERY_TOO_COMPLEX', () => app.admin.post({ query: `{ ${'viewer { '.repeat(300)}${'} '.repeat(300)} }` }), { level: WARN, actor: true }],
    ['a faulty document', 'BAD_USER_INPUT', () => app.admin.post({ query: '{ nope also }' }), { level: 30, actor: true }],
    ['a batch', 'BAD_USER_INPUT', () => app.admin.post([{ query: QUERY }]), { level: 30, actor: true }],
    ['a body that is too large', 'BAD_USER_INPUT', () => app.admin.post(`{"query":"${'x'.repeat(1_100_000)}"}`), { level: 30 }],
    ['a body of a foreign page', 'BAD_USER_INPUT', () => app.admin.post(QUERY, { 'content-type': 'text/plain' }), { level: 30 }],
  ] as const)('%s', async (_what, code, ask: () => Promise<Response>, expected) => {
    const before = await counted(code, 'http');
    const response = await ask();
    await response.text();
    expect(refusals()).toHaveLength(1);
    const [line] = refusals();
    expect(line).toMatchObject({ level: expected.level, code, via: 'http', requestId: response.headers.get('x-request-id'), address: '127.0.0.1' });
    if ('keyPrefix' in expected) expect(line?.['keyPrefix']).toBe(expected.keyPrefix);
    if ('actor' in expected) expect(line?.['actorId']).toMatch(/^key_/);
    expect(JSON.stringify(lines)).not.toContain('SSSS');
    expect(JSON.stringify(lines)).not.toContain(app.admin.key.split('_')[2]);
    expect(await counted(code, 'http')).toBe(before + 1);
  });

  it('over a socket, each operation under an id of its own', async () => {
    using socket = await new RawSocket(app.app.url).signIn(viewer.key);
    await socket.ask('1', { query: START, variables: START_INPUT });
    await socket.ask('2', { query: '{ nope also }' });
    expect(refusals()).toMatchObject([{ code: 'FORBIDDEN', via: 'websocket', keyPrefix: prefixOf(viewer.key), actorId: expect.stringMatching(/^key_/) }, { code: 'BAD_USER_INPUT', via: 'websocket' }]);
    expect(new Set(refusals().map(({ requestId }) => requestId)).size).toBe(2);
  });

  it('of a socket that is not let in', async () => {
    using socket = await new RawSocket(app.app.url).open();
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${THIEF}` } });
    await socket.untilClosed();
    expect(refusals()).toMatchObject([{ level: WARN, code: 'UNAUTHENTICATED', via: 'websocket', keyPrefix: 'cmk_0123abcd', address: '127.0.0.1', requestId: expect.stringMatching(/./) }]);
  });

  it('and those who could not sign in stand in the audit log, those who are not looked up any more, too', async () => {
    await using small = await startTestApp({ runsEngine: false, rateLimits: { failedSignInsPerMinute: 2 } });
    for (let index = 0; index < 3; index += 1) await new TestClient(small.app.url, THIEF).post({ query: QUERY });
    using socket = await new RawSocket(small.app.url).open();
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${THIEF}` } });
    await socket.untilClosed();
    const read = async (): Promise<{ via: string; attempts: number }[]> => {
      const { rows } = await small.database.query(`select details from audit_entry where action = 'signInRefused' order by sequence`);
      return rows.map(({ details }) => details as { via: string; attempts: number });
    };
    const told = await until(read, (entries) => entries.reduce((sum, { attempts }) => sum + attempts, 0) >= 4);
    expect(told).toEqual(expect.arrayContaining([expect.objectContaining({ via: 'HTTP', keyPrefix: 'cmk_0123abcd', address: '127.0.0.1' }), expect.objectContaining({ via: 'WEBSOCKET', keyPrefix: 'cmk_0123abcd' })]));
    expect(JSON.stringify(told)).not.toContain('SSSS');
  });

  it('at a page and at a hook, without the secret of the link', async () => {
    await fetch(`${app.app.url}/approvals/${'S'.repeat(43)}`);
    await fetch(`${app.app.url}/consent/callback?state=${'S'.repeat(43)}`);
    await fetch(`${app.app.url}/hooks/nobody`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(refusals()).toMatchObject([{ code: 'NOT_FOUND', via: 'page' }, { code: 'BAD_USER_INPUT', via: 'page' }, { code: 'UNKNOWN_SOURCE', via: 'hook', source: '' }]);
    expect(JSON.stringify(lines)).not.toContain('SSSS');
  });
});

it('a flood of refusals is counted whole and told by its number, never line by line', async () => {
  const thief = new TestClient(app.app.url, `cmk_0123abcd_${'T'.repeat(43)}`);
  const before = await counted('UNAUTHENTICATED', 'http');
  const startedAt = Date.now();
  for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 20 }, () => thief.post({ query: QUERY })));
  const seconds = Math.ceil((Date.now() - startedAt) / 1_000) + 1;
  expect(await counted('UNAUTHENTICATED', 'http')).toBe(before + 400);
  expect(refusals().length).toBeLessThanOrEqual(20 * seconds);
  const leftOut = await until(() => lines.reduce((sum, line) => sum + (typeof line['leftOut'] === 'number' ? line['leftOut'] : 0), 0), (sum) => sum + refusals().length >= 400);
  expect(leftOut + refusals().length).toBe(400);
});

it('after a second the next refusals are told again', () => {
  const log = keptLog();
  const told = new Refusals({ logger: log.logger, metrics: new Metrics() });
  const refused = { requestId: 'r', address: '127.0.0.1', keyPrefix: undefined, actorId: undefined };
  for (let index = 0; index < 50; index += 1) told.note('http', 'FORBIDDEN', refused);
  told.note('http', 'CONFLICT', refused);
  expect(log.refusals()).toHaveLength(21);
  told.flush();
  expect(log.lines.at(-1)).toMatchObject({ code: 'FORBIDDEN', via: 'http', leftOut: 30 });
  told.note('http', 'FORBIDDEN', refused);
  expect(log.refusals()).toHaveLength(22);
  told.flush();
});

describe('/metrics', () => {
  it.each([
    ['nobody', undefined, 401],
    ['a wrong token', `Bearer ${TOKEN.slice(1)}x`, 401],
    ['another scheme', `Basic ${TOKEN}`, 401],
    ['the token without a scheme', TOKEN, 401],
    ['the token of the configuration', `Bearer ${TOKEN}`, 200],
  ])('answers %s with %s', async (_who, authorization, status) => {
    expect((await fetch(`${app.app.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } })).status).toBe(status);
  });

  it('answers keys whose role may read them, and tells nobody else anything', async () => {
    for (const role of ['VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR', 'ADMIN'] as const) {
      const { key } = await app.clientWith(role);
      expect((await fetch(`${app.app.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    }
    expect(await metricsText({})).not.toContain('countermeasure_');
  });

  it('counts operations by what they are and how they ended, and sockets that are open', async () => {
    await app.admin.ask('query SomeNameThatIsNobodysBusiness { viewer { roles } }');
    using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
    await socket.ask('1', { query: QUERY });
    using idle = await new RawSocket(app.app.url).open();
    const text = await until(metricsText, (found) => found.includes('kind="query",via="websocket",outcome="ok"'));
    expect(idle.closed).toBeUndefined();
    expect(text).toMatch(/^countermeasure_graphql_operations_total\{kind="query",via="http",outcome="ok"\} \d+$/m);
    expect(text).toMatch(/^countermeasure_graphql_operation_duration_seconds_count\{kind="query",via="http"\} \d+$/m);
    expect(text).toMatch(/^countermeasure_websockets\{state="waiting"\} 1$/m);
    expect(text).toMatch(/^countermeasure_websockets\{state="signed_in"\} [1-9]\d*$/m);
    expect(text).not.toContain('SomeName');
  });
});

it('a proxy that nobody told us of is warned about once', async () => {
  await app.admin.post({ query: QUERY }, { 'x-forwarded-for': '203.0.113.1' });
  await app.admin.post({ query: QUERY }, { 'x-forwarded-for': '203.0.113.1' });
  expect(lines.filter(({ msg }) => msg.includes('TRUSTED_PROXIES'))).toMatchObject([{ level: WARN, proxy: '127.0.0.1' }]);
});
