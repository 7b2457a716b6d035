import net from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { LIMITS } from '../../src/graphql/limits.js';
import { keptLog } from '../support/log-lines.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout, until } from '../support/until.js';

const QUERY = '{ viewer { roles } }';
const { logger, lines, refusals } = keptLog();
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false, logger });
});

afterAll(() => app[Symbol.asyncDispose]());

afterEach(() => expect(lines.splice(0).filter(({ level }) => level >= 50)).toEqual([]));

describe('a socket that breaks the protocol', () => {
  it.each([
    ['an unknown type of message', '{"type":"nonsense"}', 4400],
    ['a type of messages of servers', '{"type":"next","id":"1","payload":{}}', 4400],
    ['the type of another protocol', '{"type":"start","id":"1","payload":{}}', 4400],
    ['no JSON', 'hello', 4400],
    ['null', 'null', 4400],
    ['a list', '[]', 4400],
    ['binary JSON', Buffer.from(`{"type":"ping"}`), 4400],
    ['a second sign-in', '{"type":"connection_init"}', 4429],
    ['an operation without an id', `{"type":"subscribe","payload":{"query":"{ a }"}}`, 4400],
    ['an operation without a query', `{"type":"subscribe","id":"1","payload":{}}`, 4400],
    ['a batch of operations', `[{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}]`, 4400],
    ['a message of 2 MB', JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(2_000_000) } }), 1009],
  ])('by %s is closed', async (_what, message, code) => {
    using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
    const before = refusals().length;
    socket.say(message);
    expect((await socket.untilClosed()).code).toBe(code);
    expect(refusals().length).toBe(before + 1);
  });

  it('by an operation before it has signed in is closed, and nothing is carried out', async () => {
    using socket = await new RawSocket(app.app.url).open();
    socket.say({ type: 'subscribe', id: '1', payload: { query: QUERY } });
    expect((await socket.untilClosed()).code).toBe(4401);
    expect(socket.messages).toEqual([]);
  });

  it.each(['graphql-ws', 'nonsense', 'graphql-transport-ws2'])('by the subprotocol %s is not served', async (protocol) => {
    using socket = await new RawSocket(app.app.url, { protocol }).open();
    await until(() => socket.closed, (closed) => closed !== undefined);
    expect(socket.messages).toEqual([]);
  });

  it('by text that is no UTF-8 is closed', async () => {
    using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
    const { _sender: sender } = socket.ws as unknown as { _sender: { sendFrame(list: Buffer[]): void } };
    sender.sendFrame([Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])]);
    expect((await socket.untilClosed()).code).toBe(1007);
  });

  it('at another address is not opened', async () => {
    const socket = new RawSocket(`${app.app.url}/elsewhere`);
    await until(() => socket.refusedWith, (status) => status === 404);
  });
});

it('compression is not offered, and a compressed frame is refused before it is unpacked', async () => {
  using socket = await new RawSocket(app.app.url, { perMessageDeflate: true }).signIn(app.admin.key);
  expect(socket.ws.extensions).toBe('');
  const bomb = deflateRawSync(Buffer.alloc(20_000, 'x')).subarray(0, 100);
  const { _sender: sender } = socket.ws as unknown as { _sender: { sendFrame(list: Buffer[]): void } };
  sender.sendFrame([Buffer.from([0xc1, 0x80 | bomb.length, 0, 0, 0, 0]), bomb]);
  expect((await socket.untilClosed()).code).toBe(1002);
});

it('the schema cannot be read and nothing is suggested over a socket, unless that is allowed', async () => {
  await using closed = await startTestApp({ runsEngine: false, allowIntrospection: false });
  using socket = await new RawSocket(closed.app.url).signIn(closed.admin.key);
  const refused = await socket.ask('1', { query: '{ __schema { types { name } } }' });
  expect(refused).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }, {}] });
  expect(JSON.stringify(await socket.ask('2', { query: '{ viewr { roles } }' }))).not.toContain('viewer');
  expect(await socket.ask('3', { query: '{ __type(name: "Run") { name } }' })).toMatchObject({ type: 'error' });
  expect(await socket.ask('4', { query: '{ viewer { __typename } }' })).toMatchObject({ type: 'next', payload: { data: { viewer: { __typename: 'Viewer' } } } });
});

it('a fault of the service shows nothing over a socket but the id under which the log has it', async () => {
  const log = keptLog();
  await using broken = await startTestApp({ runsEngine: false, logger: log.logger });
  using socket = await new RawSocket(broken.app.url).signIn(broken.admin.key);
  await broken.database.query('alter table playbook rename to gone');
  const { payload } = await socket.ask('1', { query: '{ playbooks { totalCount } }' });
  const { errors } = payload as { errors: { message: string; extensions: { requestId: string; code: string } }[] };
  expect(errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  expect(errors[0]?.message).not.toMatch(/relation|playbook|sql/i);
  expect(log.lines.filter(({ requestId }) => requestId === errors[0]?.extensions.requestId)).toHaveLength(1);
  await broken.database.query('alter table api_key rename to gone_too');
  using late = await new RawSocket(broken.app.url).open();
  late.say({ type: 'connection_init', payload: { authorization: `Bearer ${broken.admin.key}` } });
  expect(await late.untilClosed()).toEqual({ code: 4500, reason: 'INTERNAL_SERVER_ERROR' });
});

describe('sockets that take room', () => {
  it('without saying who they are, are few per address and closed soon; those who signed in are not counted with them', async () => {
    await using small = await startTestApp({ runsEngine: false, trustedProxies: ['127.0.0.1'], doorLimits: { waitingSocketsPerAddress: 3, waitingSockets: 5, socketSignInMs: 1_500 } });
    const from = (address: string): RawSocket => new RawSocket(small.app.url, { headers: { 'x-forwarded-for': address } });
    using signedIn = await from('203.0.113.1').signIn(small.admin.key);
    const idle = await Promise.all([from('203.0.113.1').open(), from('203.0.113.1').open(), from('203.0.113.1').open()]);
    const fourth = from('203.0.113.1');
    await until(() => fourth.refusedWith, (status) => status === 429);
    expect(Number(fourth.retryAfter)).toBeGreaterThan(0);
    idle.push(await from('203.0.113.2').open(), await from('203.0.113.2').open());
    const inAll = from('203.0.113.3');
    await until(() => inAll.refusedWith, (status) => status === 429);
    for (const socket of idle) expect(await socket.untilClosed()).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    using again = await from('203.0.113.1').signIn(small.admin.key);
    expect(again.closed).toBeUndefined();
    expect(signedIn.closed).toBeUndefined();
  });

  it('by a handshake that fails, give it back', async () => {
    await using small = await startTestApp({ runsEngine: false, doorLimits: { waitingSocketsPerAddress: 1 } });
    for (let index = 0; index < 3; index += 1) {
      const answer = await new Promise<string>((resolve) => {
        const { hostname, port } = new URL(small.app.url);
        const socket = net.connect(Number(port), hostname, () => socket.write('GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n'));
        socket.once('data', (data) => resolve(data.toString()));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    }
    await comesAbout(async () => {
      using socket = await new RawSocket(small.app.url).open();
      return socket.refusedWith === undefined;
    }, 'a place for another socket');
  });

  it('of peers who do not read, are ended before what waits for them takes the memory', async () => {
    const log = keptLog();
    await using small = await startTestApp({ runsEngine: false, logger: log.logger, doorLimits: { socketBufferBytes: 100_000 } });
    using socket = await new RawSocket(small.app.url).signIn(small.admin.key);
    socket.ws.pause();
    const echo = { type: 'ping', payload: { x: 'x'.repeat(100_000) } };
    await until(
      () => {
        if (socket.ws.readyState === socket.ws.OPEN && socket.ws.bufferedAmount < 1_000_000) socket.say(echo);
        return log.refusals();
      },
      (found) => found.some(({ code }) => code === 'SOCKET_NOT_READ'),
    );
    socket.ws.resume();
    expect((await socket.untilClosed()).code).toBe(1006);
  });

  it('by asking for more and more beyond a limit, are closed, and so are the next ones of that key for a while', async () => {
    await using small = await startTestApp({ runsEngine: false, rateLimits: { refusedOperationsPerMinute: 120 } });
    using socket = await new RawSocket(small.app.url).signIn(small.admin.key);
    for (let id = 0; id < LIMITS.operationsPerSocket + 3 * LIMITS.refusalsPerSocket; id += 1) socket.say({ type: 'subscribe', id: `${id}`, payload: { query: 'subscription { approvalActivity { id } }' } });
    expect(await socket.untilClosed()).toEqual({ code: 4429, reason: 'RATE_LIMITED' });
    using next = await new RawSocket(small.app.url).open();
    next.say({ type: 'connection_init', payload: { authorization: `Bearer ${small.admin.key}` } });
    expect(await next.untilClosed()).toEqual({ code: 4429, reason: 'RATE_LIMITED' });
    using other = await new RawSocket(small.app.url).signIn((await small.clientWith('VIEWER')).key);
    expect(other.closed).toBeUndefined();
  });

  it('of peers who are gone without a word, are ended', async () => {
    await using small = await startTestApp({ runsEngine: false, doorLimits: { socketPingMs: 200 } });
    using socket = await new RawSocket(small.app.url, { autoPong: false }).signIn(small.admin.key);
    expect((await socket.untilClosed()).code).toBe(1006);
    using alive = await new RawSocket(small.app.url).signIn(small.admin.key);
    let pings = 0;
    alive.ws.on('ping', () => (pings += 1));
    await until(() => pings, (count) => count >= 4);
    expect(alive.closed).toBeUndefined();
  });
});
