import type { GraphQLObjectType } from 'graphql';
import { setTimeout as delay } from 'node:timers/promises';
import { ROLES, type Role } from '../../src/auth/permissions.js';
import { buildApiSchema } from '../../src/graphql/schema.js';
import { ID_PREFIXES } from '../../src/kernel/ids.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestClient } from '../support/test-client.js';
import { answerOf, type Asker } from './matrix/answer.js';
import type { Answer, Operation } from './matrix/operation.js';
import { NODES, QUERIES, SUBSCRIPTIONS } from './matrix/reading.js';
import { createThings, loseOutcomes, type Things } from './matrix/things.js';
import { MUTATIONS } from './matrix/writing.js';

let app: TestApp;
let things: Things;
let others: Things;
const clients = new Map<string, TestClient>();
let count = 0;

beforeAll(async () => {
  // Somebody who is signed out asks for everything, from the address of all others.
  app = await startTestApp({ setUp: loseOutcomes, rateLimits: { failedSignInsPerMinute: 0 } });
  for (const role of ROLES) clients.set(role, await app.clientWith(role));
  clients.set('signed out', new TestClient(app.app.url, 'cmk_00000000_nobody'));
  clients.set('no role', await withoutRole());
  things = await createThings(app, 'things');
  others = await createThings(app, 'others');
});

afterAll(() => app[Symbol.asyncDispose]());

/** Nobody can be given no role; what is refused then is what nobody was ever given. */
async function withoutRole(): Promise<TestClient> {
  const client = await app.clientWith('VIEWER');
  await app.database.query(`update api_key set roles = '{}' where prefix = $1`, [client.key.slice(0, 12)]);
  return client;
}

/** Keys with all roles, or all but the administrator's, that are limited to the things at hand, or to other things. */
const WITHIN = 'an administrator, within limits';
const WITHIN_OTHERS = 'all other roles, within limits';
const BEYOND = 'an administrator, beyond limits';

function expected({ roles, others: otherwise = 'FORBIDDEN', within = 'ALLOWED', beyond }: Operation): Record<string, Answer> {
  const ofRoles = ROLES.map((role: Role) => [role, roles.includes(role) ? 'ALLOWED' : otherwise] as const);
  const ofOthers = roles.some((role) => role !== 'ADMIN') ? within : otherwise;
  return { 'signed out': 'UNAUTHENTICATED', 'no role': otherwise, ...Object.fromEntries(ofRoles), [WITHIN]: within, [WITHIN_OTHERS]: ofOthers, [BEYOND]: beyond };
}

async function limitedTo({ playbookId, connectionId, spareConnectionId }: Things, ...roles: Role[]): Promise<TestClient> {
  return app.limitedClient({ playbookIds: [playbookId], connectionIds: [connectionId, spareConnectionId] }, ...roles);
}

async function clientFor(who: string, own: Things): Promise<TestClient> {
  if (who === WITHIN) return limitedTo(own, 'ADMIN');
  if (who === WITHIN_OTHERS) return limitedTo(own, 'RESPONDER', 'APPROVER', 'AUTHOR');
  if (who === BEYOND) return limitedTo(others, 'ADMIN');
  const client = clients.get(who);
  if (!client) throw new Error(`There is no client "${who}".`);
  return client;
}

/** What everybody is answered, each with things of their own where the operation uses them up. */
async function answersTo(operation: Operation, ask: Asker, usesThingsUp: boolean): Promise<Record<string, Answer>> {
  const answers = Object.entries(expected(operation)).map(async ([who, answer]) => {
    const own = usesThingsUp && answer === 'ALLOWED' ? await createThings(app, `things-${++count}`) : things;
    return [who, await answerOf(operation, await clientFor(who, own), own, ask, others)] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

/** Runs are told when they change, so some have to while everybody listens. */
async function whileRunsStart<Result>(listening: Promise<Result>): Promise<Result> {
  let isOver = false;
  const over = listening.finally(() => (isOver = true));
  while (!isOver) {
    await Promise.all([things, others].map(({ playbookId }) => app.admin.run(playbookId, { dryRun: true })));
    await Promise.race([over, delay(200)]);
  }
  return over;
}

const fieldsOf = (type: GraphQLObjectType | null | undefined): string[] => Object.keys(type?.getFields() ?? {}).sort();
const named = (table: object): string[] => [...new Set(Object.keys(table).map((name) => name.split(' ')[0] ?? ''))].sort();
const schema = buildApiSchema([]);

test('the table knows every query, mutation, subscription and kind of node, and nothing that is not there', () => {
  expect([...named(QUERIES), 'node'].sort()).toEqual(fieldsOf(schema.getQueryType()));
  expect(named(MUTATIONS)).toEqual(fieldsOf(schema.getMutationType()));
  expect(named(SUBSCRIPTIONS)).toEqual(fieldsOf(schema.getSubscriptionType()));
  expect(named(NODES)).toEqual([...Object.keys(ID_PREFIXES), 'catalogue'].sort());
});

test.each(Object.entries(QUERIES))('the query %s answers everybody as the table says', async (_name, operation) => {
  expect(await answersTo(operation, 'HTTP', false)).toEqual(expected(operation));
});

test.each(Object.entries(NODES))('the query node of the kind %s answers everybody as the table says', async (_name, operation) => {
  expect(await answersTo(operation, 'HTTP', false)).toEqual(expected(operation));
});

test.each(Object.entries(MUTATIONS))('the mutation %s answers everybody as the table says', async (_name, operation) => {
  expect(await answersTo(operation, 'HTTP', true)).toEqual(expected(operation));
});

test.each(Object.entries(SUBSCRIPTIONS))('the subscription %s answers everybody as the table says', async (_name, operation) => {
  expect(await whileRunsStart(answersTo(operation, 'WebSocket', false))).toEqual(expected(operation));
});
