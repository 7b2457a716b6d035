import { GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import net from 'node:net';
import { Session } from '../../src/auth/session.js';
import { answerEvents } from '../../src/graphql/answer-events.js';
import type { Context } from '../../src/graphql/context.js';
import { DeadlinePassed } from '../../src/graphql/deadline.js';
import { SharedAnswers } from '../../src/graphql/shared-answers.js';
import { DomainError } from '../../src/kernel/errors.js';
import { keptLog } from '../support/log-lines.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { comesAbout } from '../support/until.js';

const SEARCH = 'query ($id: ID!) { searchTargets(connectionId: $id, query: "ada") { id } }';
const { logger, lines } = keptLog();
let app: TestApp;
let connectionId: string;
let aborted = 0;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false, logger, doorLimits: { operationMs: 400, headersMs: 300, requestMs: 600 } });
  connectionId = await app.admin.connect();
  // A provider that never answers, and does not heed its signal.
  app.lab.search = (_query, signal) => {
    signal.addEventListener('abort', () => (aborted += 1));
    return new Promise(() => undefined);
  };
});

afterAll(() => app[Symbol.asyncDispose]());

beforeEach(() => {
  aborted = 0;
});

it('an operation that takes too long is answered with 504, its work is told to stop, and the log has it under the same id', async () => {
  const response = await app.admin.post({ query: SEARCH, variables: { id: connectionId } });
  expect(response.status).toBe(504);
  const { errors } = (await response.json()) as { errors: { message: string; extensions: { requestId: string } }[] };
  expect(errors).toEqual([{ message: expect.stringMatching(/not finished within 0\.4 s .* read before you repeat it/), extensions: { code: 'INTERNAL_SERVER_ERROR', problems: [], requestId: response.headers.get('x-request-id') } }]);
  expect(aborted).toBe(1);
  expect(lines.filter(({ requestId }) => requestId === errors[0]?.extensions.requestId)).toHaveLength(1);
});

it('over a socket it is answered as well, and the socket and its other operations go on', async () => {
  using socket = await new RawSocket(app.app.url).signIn(app.admin.key);
  expect(await socket.ask('1', { query: SEARCH, variables: { id: connectionId } })).toMatchObject({ type: 'next', payload: { errors: [{ message: expect.stringContaining('not finished within'), extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } });
  expect(aborted).toBe(1);
  expect(await socket.ask('2', { query: '{ viewer { roles } }' })).toMatchObject({ type: 'next', payload: { data: {} } });
});

it('a caller who hangs up ends the work at once', async () => {
  const leaving = new AbortController();
  const asked = fetch(`${app.app.url}/graphql`, { method: 'POST', signal: leaving.signal, headers: { authorization: `Bearer ${app.admin.key}`, 'content-type': 'application/json' }, body: JSON.stringify({ query: SEARCH, variables: { id: connectionId } }) });
  const searches = app.lab.searches.length;
  await comesAbout(() => app.lab.searches.length > searches, 'the search');
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await comesAbout(() => aborted === 1, 'the end of the search');
});

describe('a subscription', () => {
  const schemaOf = (resolve: (event: { text: string }) => unknown): GraphQLSchema =>
    new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { text: { type: GraphQLString } } }),
      subscription: new GraphQLObjectType({ name: 'Subscription', fields: { text: { type: GraphQLString, resolve: (event) => resolve(event as { text: string }), subscribe: (source: unknown) => (source as { events: unknown }).events } } }),
    });

  /** Events that come when a test says so. */
  class Events implements AsyncIterableIterator<{ text: string }> {
    hasEnded = false;
    private readonly waiting: ((result: IteratorResult<{ text: string }>) => void)[] = [];
    next = (): Promise<IteratorResult<{ text: string }>> => new Promise((resolve) => this.waiting.push(resolve));
    send = (text: string): void => this.waiting.shift()?.({ done: false, value: { text } });
    return = async (): Promise<IteratorResult<{ text: string }>> => {
      this.hasEnded = true;
      for (const resolve of this.waiting) resolve({ done: true, value: undefined });
      return { done: true, value: undefined };
    };
    [Symbol.asyncIterator] = (): this => this;
  }

  const answeringWithin = (schema: GraphQLSchema, args: object, ms: number) => {
    const [sent, signals]: [string[], AbortSignal[]] = [[], []];
    const shared = new SharedAnswers({
      operationMs: ms,
      createContext: (_session, signal) => {
        signals.push(signal);
        return {} as Context;
      },
    });
    const execution = { schema, document: parse('subscription { text }'), ...args };
    const follower = shared.follower(execution, new Session({ kind: 'API_KEY', id: 'key_00000000000000000000000000' }, ['VIEWER']));
    const answers = answerEvents(execution, {
      answer: (event) => shared.answer(event, follower),
      send: (text) => void sent.push(text),
    });
    return { answers, sent, signals };
  };

  const start = async (resolve: (event: { text: string }) => unknown, ms: number) => {
    const events = new Events();
    const { answers: starting, sent, signals } = answeringWithin(schemaOf(resolve), { rootValue: { events } }, ms);
    const answers = await starting;
    if (!(Symbol.asyncIterator in answers)) throw new Error(JSON.stringify(answers));
    return { events, answers, sent, signals };
  };

  it('may wait longer for an event than an operation may take', async () => {
    const { events, answers, sent } = await start(({ text }) => text, 50);
    void answers.next();
    setTimeout(() => events.send('late'), 200);
    await comesAbout(() => sent.length > 0, 'the answer is sent');
    expect(sent).toEqual(['{"data":{"text":"late"}}']);
  });

  it('whose event cannot be answered in time ends with what happened, and lets go of its source', async () => {
    const { events, answers, signals } = await start(() => new Promise(() => undefined), 50);
    const first = answers.next();
    events.send('stuck');
    await expect(first).rejects.toBeInstanceOf(DeadlinePassed);
    expect(events.hasEnded).toBe(true);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('leaves an answer with errors to the protocol, which tells them', async () => {
    const { events, answers, sent } = await start(() => { throw new Error('It broke.'); }, 50);
    const first = answers.next();
    events.send('broken');
    expect(await first).toMatchObject({ done: false, value: { errors: [expect.objectContaining({ message: 'It broke.' })] } });
    expect(sent).toEqual([]);
  });

  it('sends nothing any more once it was left, even what is being answered', async () => {
    let release: ((text: string) => void) | undefined;
    const { events, answers, sent } = await start(() => new Promise((resolve) => (release = resolve)), 5_000);
    const first = answers.next();
    events.send('slow');
    await comesAbout(() => release !== undefined, 'it is being answered');
    await answers.return(undefined);
    release?.('slow');
    expect(await first).toEqual({ done: true, value: undefined });
    expect(sent).toEqual([]);
  });

  it('that waits for an event can be left at once', async () => {
    const { events, answers } = await start(({ text }) => text, 50);
    const first = answers.next();
    expect(await answers.return(undefined)).toEqual({ done: true, value: undefined });
    expect(await first).toEqual({ done: true, value: undefined });
    expect(events.hasEnded).toBe(true);
  });

  it('that is refused gives its errors', async () => {
    const rootValue = {
      get events() {
        throw new DomainError('NOT_FOUND', 'There is no such run.');
      },
    };
    const { answers } = answeringWithin(schemaOf(() => ''), { rootValue }, 50);
    expect(await answers).toEqual({ errors: [expect.objectContaining({ message: 'There is no such run.' })] });
  });
});

describe('a request that comes too slowly', () => {
  const answerTo = async (lines: string, keepSending?: string): Promise<string> => {
    const { hostname, port } = new URL(app.app.url);
    const socket = net.connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    let isOver = false;
    socket.on('close', () => (isOver = true));
    socket.write(lines);
    const drip = setInterval(() => keepSending !== undefined && socket.writable && socket.write(keepSending), 50);
    await comesAbout(() => isOver, 'the end of the connection');
    clearInterval(drip);
    return answer;
  };

  it('with its headers is ended with 408', async () => {
    expect(await answerTo('POST /graphql HTTP/1.1\r\nHost: x\r\n', 'X-A: b\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('with its body is ended with 408, however steadily it drips', async () => {
    expect(await answerTo(`POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.admin.key}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`, ' ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that is no HTTP, or has headers without end, is refused', async () => {
    expect(await answerTo('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'b'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
