import { getNamedType, isObjectType, isRequiredArgument, type GraphQLSchema } from 'graphql';
import { buildApiSchema } from '../../src/graphql/schema.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';
import { QUERIES } from './matrix/reading.js';
import { createThings, loseOutcomes, type Things } from './matrix/things.js';
import { selectionOf, selectionsOf } from './matrix/whole.js';

const FOREIGN = 'zz-foreign';
const DEPTH = 2;

let app: TestApp;
let own: Things;
let foreign: Things;
let schema: GraphQLSchema;
/** Every id of what lies outside the limits, and the word that stands in its names. */
let secrets: string[];
/** A trigger that starts a playbook within and one beyond, and its event. */
let sharedTriggerId: string;
let sharedEventId: string;
/** Beyond, with a connection that is within. */
let neighbourId: string;
/** A run of the playbook within, by a connection that it no longer uses. */
let strayRunId: string;

beforeAll(async () => {
  schema = buildApiSchema([]);
  app = await startTestApp({ setUp: loseOutcomes });
  own = await createThings(app, 'own');
  foreign = await createThings(app, FOREIGN);
  neighbourId = (await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: own.connectionId }], { name: `${FOREIGN} neighbour` })).id;
  sharedTriggerId = (await createTrigger(app, { name: 'shared', playbookIds: [own.playbookId, foreign.playbookId], conditions: [{ field: 'user', matcher: 'IS', values: ['shared@contoso.example'] }] })).id;
  [sharedEventId = ''] = await ingest(app, [{ user: 'shared@contoso.example' }]);
  await until(() => firingsOf(app.admin, sharedEventId), (firings) => firings.length === 2);
  strayRunId = await stray();
  const { playbookId, connectionId, spareConnectionId, runId, askedStepId, reviewedStepId, approvalId, triggerId, spareTriggerId, eventId, firingId, firedRunId, sourceId, feedId, apiKeyId } = foreign;
  secrets = [FOREIGN, neighbourId, strayRunId, playbookId, connectionId, spareConnectionId, runId, askedStepId, reviewedStepId, approvalId, triggerId, spareTriggerId, eventId, firingId, firedRunId, sourceId, feedId, apiKeyId];
});

afterAll(() => app[Symbol.asyncDispose]());

const firingsOf = async (client: TestClient, id: string): Promise<{ playbook: { id: string } }[]> =>
  (await client.ask<{ node: { firings: { playbook: { id: string } }[] } }>('query ($id: ID!) { node(id: $id) { ... on Event { firings { playbook { id } } } } }', { id })).node.firings;

async function stray(): Promise<string> {
  const edit = (connectionId: string) => app.admin.ask('mutation ($id: ID!, $connectionId: ID!) { updatePlaybookStep(input: { id: $id, connectionId: $connectionId }) { step { id } } }', { id: own.playbookStepId, connectionId });
  await edit(foreign.connectionId);
  const runId = await app.admin.run(own.playbookId, { target: { id: `${FOREIGN}@contoso.example` } });
  await edit(own.connectionId);
  return runId;
}

const limits = () => ({ playbookIds: [own.playbookId], connectionIds: [own.connectionId] });

interface Question {
  readonly query: string;
  readonly variables: object;
}

/** All lists, whole. */
function openQuestions(): Question[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const open = fields.filter(({ name, args }) => !args.some(isRequiredArgument) && QUERIES[name]?.within !== 'FORBIDDEN');
  return open.map(({ name, type }) => ({ query: `{ ${name} ${selectionOf(schema, getNamedType(type), DEPTH)} }`, variables: {} }));
}

/** One of each kind that is within, whole. */
function nodeQuestions(): Question[] {
  const ids = { Connection: own.connectionId, Playbook: own.playbookId, PlaybookStep: own.playbookStepId, Run: own.firedRunId, RunStep: own.askedStepId, Approval: own.approvalId, Trigger: sharedTriggerId, Event: sharedEventId, TriggerFiring: own.firingId, EventFeed: own.feedId, Provider: 'lab', Action: 'lab:alpha', EventType: 'lab:signal' };
  return Object.entries(ids).flatMap(([name, id]) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`There is no type ${name}.`);
    return selectionsOf(schema, type, DEPTH).map((selection) => ({ query: `query ($id: ID!) { node(id: $id) { ... on ${name} { id ${selection} } } }`, variables: { id } }));
  });
}

async function readAll(client: TestClient): Promise<{ query: string; answer: string }[]> {
  const answers: { query: string; answer: string }[] = [];
  for (const { query, variables } of [...openQuestions(), ...nodeQuestions()]) answers.push({ query, answer: JSON.stringify(await client.ask(query, variables)) });
  return answers;
}

test('whatever a key with limits reads, by whatever way, nothing beyond its limits stands in it', async () => {
  const answers = await readAll(await app.limitedClient(limits(), 'ADMIN'));
  const leaks = answers.flatMap(({ query, answer }) => secrets.filter((secret) => answer.includes(secret)).map((secret) => `${secret} in ${query.slice(0, 120)}`));
  expect(leaks).toEqual([]);
  for (const id of [own.playbookId, own.connectionId, own.runId, own.approvalId, own.triggerId, own.eventId, own.firingId, sharedTriggerId, sharedEventId]) expect(answers.some(({ answer }) => answer.includes(id))).toBe(true);
});

test('the same questions show it all to a key without limits: they would find a leak', async () => {
  const answers = (await readAll(app.admin)).map(({ answer }) => answer).join();
  for (const secret of secrets.filter((one) => one !== foreign.sourceId && one !== foreign.apiKeyId)) expect(answers).toContain(secret);
});

test('a trigger and an event that concern others, too, are seen with what is within alone', async () => {
  const client = await app.limitedClient({ playbookIds: [own.playbookId] }, 'VIEWER');
  expect((await firingsOf(client, sharedEventId)).map(({ playbook }) => playbook.id)).toEqual([own.playbookId]);
  const { trigger } = await client.ask<{ trigger: { playbooks: { id: string }[]; firings: { totalCount: number } } }>('query ($id: ID!) { trigger(id: $id) { playbooks { id } firings { totalCount nodes { id } } } }', { id: sharedTriggerId });
  expect(trigger).toMatchObject({ playbooks: [{ id: own.playbookId }], firings: { totalCount: 1 } });
});

test('lists count what is within alone, and pages go on behind it', async () => {
  const client = await app.limitedClient({ playbookIds: [own.playbookId, neighbourId] }, 'VIEWER');
  const first = await client.ask<{ playbooks: { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }>('{ playbooks(first: 1) { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }');
  expect(first.playbooks).toMatchObject({ totalCount: 2, nodes: [{ id: neighbourId }], pageInfo: { hasNextPage: true } });
  const next = await client.ask<{ playbooks: object }>('query ($after: String) { playbooks(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage } } }', { after: first.playbooks.pageInfo.endCursor });
  expect(next.playbooks).toEqual({ nodes: [{ id: own.playbookId }], pageInfo: { hasNextPage: false } });
});

const PLAYBOOK_IDS = '{ playbooks(first: 100) { nodes { id } } }';
const idsOf = async (client: TestClient) => (await client.ask<{ playbooks: { nodes: { id: string }[] } }>(PLAYBOOK_IDS)).playbooks.nodes.map(({ id }) => id);

test('a key that is limited to playbooks sees all connections; one that is limited to connections sees the playbooks that act on no other', async () => {
  const byPlaybook = await app.limitedClient({ playbookIds: [foreign.playbookId] }, 'VIEWER');
  expect(await idsOf(byPlaybook)).toEqual([foreign.playbookId]);
  expect((await byPlaybook.ask<{ connections: object[] }>('{ connections { id } }')).connections.length).toBeGreaterThan(3);
  const byConnection = await app.limitedClient({ connectionIds: [own.connectionId] }, 'VIEWER');
  expect(await idsOf(byConnection)).toEqual([neighbourId, own.playbookId]);
  expect((await byConnection.ask<{ connections: object[] }>('{ connections { id } }')).connections).toEqual([{ id: own.connectionId }]);
});

test('a playbook that is given a connection beyond the limits is gone for the key, and so are its runs and approvals', async () => {
  const mixed = await createThings(app, 'mixed');
  const client = await app.limitedClient({ connectionIds: [mixed.connectionId] }, 'RESPONDER', 'APPROVER', 'AUTHOR');
  expect(await idsOf(client)).toEqual([mixed.playbookId]);
  const refused = await client.refusal('mutation ($id: ID!, $connectionId: ID!) { updatePlaybookStep(input: { id: $id, connectionId: $connectionId }) { step { id } } }', { id: mixed.playbookStepId, connectionId: own.connectionId });
  expect(refused).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'connectionId'], message: `There is no connection ${own.connectionId}.` }] } });
  await app.admin.ask('mutation ($id: ID!, $connectionId: ID!) { updatePlaybookStep(input: { id: $id, connectionId: $connectionId }) { step { id } } }', { id: mixed.playbookStepId, connectionId: own.connectionId });
  expect(await idsOf(client)).toEqual([]);
  expect((await client.refusal('mutation ($id: ID!) { runPlaybook(input: { playbookId: $id, target: { id: "ada@contoso.example" } }) { run { id } } }', { id: mixed.playbookId })).extensions.code).toBe('NOT_FOUND');
  expect((await client.refusal('mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: APPROVE }) { approval { id } } }', { id: mixed.approvalId })).extensions.code).toBe('NOT_FOUND');
  expect((await client.ask<{ run: object | null }>('query ($id: ID!) { run(id: $id) { id } }', { id: mixed.runId })).run).toBeNull();
});

test('what is beyond the limits is refused with the words for what is not there, so that nothing is learned', async () => {
  const client = await app.limitedClient(limits(), 'RESPONDER', 'APPROVER', 'AUTHOR');
  const missing = { playbook: 'pbk_01h455vb4pex5vsknk084sn02q', step: 'stp_01h455vb4pex5vsknk084sn02q', run: 'run_01h455vb4pex5vsknk084sn02q', runStep: 'rst_01h455vb4pex5vsknk084sn02q', approval: 'apr_01h455vb4pex5vsknk084sn02q', connection: 'con_01h455vb4pex5vsknk084sn02q', event: 'evt_01h455vb4pex5vsknk084sn02q' };
  const questions: [string, string, string][] = [
    ['mutation ($id: ID!) { deletePlaybook(input: { id: $id }) { playbook { id } } }', foreign.playbookId, missing.playbook],
    ['mutation ($id: ID!) { removePlaybookStep(input: { id: $id }) { playbook { id } } }', foreign.playbookStepId, missing.step],
    ['mutation ($id: ID!) { runPlaybook(input: { playbookId: $id, target: { id: "ada" } }) { run { id } } }', foreign.playbookId, missing.playbook],
    ['mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { id } } }', foreign.runId, missing.run],
    ['mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { id } } }', strayRunId, missing.run],
    ['mutation ($id: ID!) { resolveReview(input: { runStepId: $id, resolution: FAILED }) { step { id } } }', foreign.reviewedStepId, missing.runStep],
    ['mutation ($id: ID!) { decideApproval(input: { approvalId: $id, decision: DENY }) { approval { id } } }', foreign.approvalId, missing.approval],
    ['mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { id } } }', foreign.connectionId, missing.connection],
    ['mutation ($id: ID!) { confirmConsent(input: { connectionId: $id }) { connection { id } } }', foreign.connectionId, missing.connection],
    ['query ($id: ID!) { searchTargets(connectionId: $id, query: "a") { id } }', foreign.connectionId, missing.connection],
    ['query ($id: ID!) { searchTargets(playbookId: $id, query: "a") { id } }', foreign.playbookId, missing.playbook],
    ['query ($id: ID!) { testEvent(input: { eventId: $id }) { fires } }', foreign.eventId, missing.event],
  ];
  for (const [query, beyond, nothing] of questions) {
    const [there, notThere] = [await client.refusal(query, { id: beyond }), await client.refusal(query, { id: nothing })];
    expect({ ...there, message: there.message.replaceAll(beyond, 'ID') }).toEqual({ ...notThere, message: notThere.message.replaceAll(nothing, 'ID') });
  }
});

test('a key with limits is told why it makes nothing new', async () => {
  const client = await app.limitedClient(limits(), 'ADMIN');
  const { message } = await client.refusal('mutation { createPlaybook(input: { name: "New" }) { playbook { id } } }');
  expect(message).toBe('This needs the permission playbook:write without limits: your key is limited to certain playbooks or connections, and this reaches beyond them.');
});

const CREATE = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { playbookIds connectionIds } } }';

test('limits are named when a key is made, each once, and null is none', async () => {
  const { createApiKey } = await app.admin.ask<{ createApiKey: { apiKey: object } }>(CREATE, { input: { name: 'A key', roles: ['VIEWER'], playbookIds: [own.playbookId, own.playbookId], connectionIds: null } });
  expect(createApiKey.apiKey).toEqual({ playbookIds: [own.playbookId], connectionIds: null });
});

test.each([
  ['no playbook at all', { playbookIds: [] }, ['input', 'playbookIds']],
  ['no connection at all', { connectionIds: [] }, ['input', 'connectionIds']],
  ['what is no id', { playbookIds: ['everything'] }, ['input', 'playbookIds', 0]],
  ['the id of another kind', { connectionIds: ['pbk_01h455vb4pex5vsknk084sn02q'] }, ['input', 'connectionIds', 0]],
  ['a playbook that is not there', { playbookIds: ['pbk_01h455vb4pex5vsknk084sn02q'] }, ['input', 'playbookIds', 0]],
  ['a connection that is not there', { connectionIds: ['con_01h455vb4pex5vsknk084sn02q'] }, ['input', 'connectionIds', 0]],
  ['more than can be', { playbookIds: Array.from({ length: 101 }, () => 'pbk_01h455vb4pex5vsknk084sn02q') }, ['input', 'playbookIds']],
])('a key that is limited to %s is refused at its place', async (_what, more, path) => {
  const { extensions } = await app.admin.refusal(CREATE, { input: { name: 'A key', roles: ['VIEWER'], ...more } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path }] });
});

test('a follower with limits is told of approvals within them alone', async () => {
  const client = await app.limitedClient(limits(), 'APPROVER');
  const seen: unknown[] = [];
  const late = createThings(app, `${FOREIGN}-late`);
  for await (const { data } of client.iterate('subscription { approvalActivity { id run { playbook { id } } } }')) {
    seen.push(data);
    await late;
    if (JSON.stringify(data).includes(own.approvalId)) break;
  }
  expect(JSON.stringify(seen)).not.toContain((await late).playbookId);
});
