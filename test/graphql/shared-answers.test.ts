import { GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { Session } from '../../src/auth/session.js';
import type { Role } from '../../src/auth/permissions.js';
import type { Context } from '../../src/graphql/context.js';
import { SharedAnswers, type Answer, type Follower } from '../../src/graphql/shared-answers.js';
import { until } from '../support/until.js';

const document = parse('subscription ($plus: Int) { number(plus: $plus) }');
const whoAsks = parse('subscription { name }');
const event = { number: 1 };

let executions: number;
let failing: boolean;
let shared: SharedAnswers;

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { number: { type: GraphQLInt } } }),
  subscription: new GraphQLObjectType<{ number: number }, Context>({
    name: 'Subscription',
    fields: {
      number: {
        type: GraphQLInt,
        args: { plus: { type: GraphQLInt } },
        resolve: async ({ number }, { plus }: { plus?: number }) => {
          executions += 1;
          await Promise.resolve();
          if (failing) throw new Error('It broke.');
          return number + (plus ?? 0);
        },
      },
      name: { type: GraphQLString, resolve: async (_event, _args, { session }) => Promise.resolve(session.actor.id) },
    },
  }),
});

beforeEach(() => {
  executions = 0;
  failing = false;
  shared = new SharedAnswers({ operationMs: 5_000, createContext: (session, signal) => ({ session, signal }) as Context });
});

const sessionOf = (id: string, roles: Role[] = ['VIEWER'], playbookIds: string[] | null = null): Session => new Session({ kind: 'API_KEY', id }, roles, { limits: { playbookIds, connectionIds: null } });
const followerOf = (session: Session, { plus, asks = document }: { plus?: number; asks?: typeof document } = {}): Follower => shared.follower({ schema, document: asks, variableValues: { plus } }, session);
const askAll = (...followers: Follower[]): Promise<Answer[]> => Promise.all(followers.map(async (follower) => shared.answer(event, follower)));

it('answers an event once for all who ask the same with the same rights', async () => {
  const answers = await askAll(followerOf(sessionOf('key_a')), followerOf(sessionOf('key_b')), followerOf(sessionOf('key_a')));
  expect(answers.map(({ text }) => text)).toEqual(Array(3).fill('{"data":{"number":1}}'));
  expect(executions).toBe(1);
});

it.each<[string, () => Follower]>([
  ['another role', () => followerOf(sessionOf('key_a', ['RESPONDER']))],
  ['other limits', () => followerOf(sessionOf('key_a', ['VIEWER'], ['pbk_1']))],
  ['other variables', () => followerOf(sessionOf('key_a'), { plus: 1 })],
  ['another document', () => followerOf(sessionOf('key_a'), { asks: parse('subscription { number }') })],
])('answers whoever has %s for themselves', async (_what, other) => {
  await askAll(followerOf(sessionOf('key_a')), other());
  expect(executions).toBe(2);
});

it('gives everybody their own answer when it depends on who asks', async () => {
  const answers = await askAll(...['key_a', 'key_b', 'key_c'].map((id) => followerOf(sessionOf(id), { asks: whoAsks })));
  expect(answers.map(({ text }) => text)).toEqual(['key_a', 'key_b', 'key_c'].map((name) => JSON.stringify({ data: { name } })));
});

it('answers another event anew', async () => {
  const follower = followerOf(sessionOf('key_a'));
  const [first, second] = await Promise.all([1, 2].map(async (number) => shared.answer({ number }, follower)));
  expect([first?.text, second?.text]).toEqual(['{"data":{"number":1}}', '{"data":{"number":2}}']);
});

it('answers anew whoever comes later, since what hangs below an event may have changed', async () => {
  const follower = followerOf(sessionOf('key_a'));
  await shared.answer(event, follower);
  await until(async () => (await shared.answer(event, follower), executions), (count) => count === 2);
});

it('writes nothing out for all when there are errors, which each caller is told for themselves', async () => {
  failing = true;
  const [answer] = await askAll(followerOf(sessionOf('key_a')));
  expect(answer?.text).toBeUndefined();
  expect(answer?.result.errors).toHaveLength(1);
});
