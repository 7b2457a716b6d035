import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let connectionId: string;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
  connectionId = await app.admin.connect();
});

afterAll(() => app[Symbol.asyncDispose]());

const STEPS = 'id revision name active steps { id key action { id } after input onFailure runIf timeout retry { maxAttempts backoff maxBackoff } active connection { id } }';

interface Step {
  readonly id: string;
  readonly key: string;
  readonly after: readonly string[];
  readonly [field: string]: unknown;
}
interface Playbook {
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly active: boolean;
  readonly steps: readonly Step[];
}

const create = (steps: readonly object[]) => app.admin.createPlaybook(steps.map((step) => ({ action: 'lab:alpha', connectionId, ...step })));

async function change(mutation: string, input: object): Promise<{ playbook: Playbook; step?: Step; connection?: { id: string } | null }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const more = mutation === 'addPlaybookStep' || mutation === 'updatePlaybookStep' ? 'step { id key after } connection { id }' : '';
  const answer = await app.admin.ask<Record<string, { playbook: Playbook }>>(`mutation ($input: ${type}!) { ${mutation}(input: $input) { playbook { ${STEPS} } ${more} } }`, { input });
  return answer[mutation] as { playbook: Playbook };
}

test('what is left out takes its default, and the steps run one after the other', async () => {
  const { id } = await create([{}, {}, { action: 'lab:beta', after: [] }]);
  const { playbook } = await app.admin.ask<{ playbook: Playbook }>(`query ($id: ID!) { playbook(id: $id) { ${STEPS} } }`, { id });
  expect(playbook.steps.map(({ key, after }) => [key, after])).toEqual([['alpha', []], ['alpha-2', ['alpha']], ['beta', []]]);
  expect(playbook.steps[0]).toMatchObject({ active: true, input: { note: '' }, onFailure: 'STOP', runIf: null, timeout: 'PT30S', retry: { maxAttempts: 5, backoff: 'PT2S', maxBackoff: 'PT5M' } });
});

test('a step is added where it is wanted, and the answer tells the step and its connection', async () => {
  const { id } = await create([{ key: 'first' }, { key: 'last' }]);
  const { playbook, step, connection } = await change('addPlaybookStep', { playbookId: id, revision: 1, position: 1, action: 'lab:beta', key: 'middle', connectionId });
  expect(playbook.revision).toBe(2);
  expect(playbook.steps.map(({ key }) => key)).toEqual(['first', 'middle', 'last']);
  expect(step).toMatchObject({ key: 'middle', after: ['first'] });
  expect(connection).toEqual({ id: connectionId });
});

test('a change of one step leaves the rest of it, and all others, as they are', async () => {
  const { id, steps } = await create([{ key: 'a', timeout: 'PT10S', retry: { maxAttempts: 3 } }, { key: 'b', input: { note: 'kept' } }]);
  const { playbook } = await change('updatePlaybookStep', { id: steps[0]?.id, onFailure: 'CONTINUE', retry: { backoff: 'PT7S' } });
  expect(playbook).toMatchObject({ id, revision: 2 });
  expect(playbook.steps[0]).toMatchObject({ id: steps[0]?.id, key: 'a', timeout: 'PT10S', onFailure: 'CONTINUE', retry: { maxAttempts: 3, backoff: 'PT7S' } });
  expect(playbook.steps[1]).toMatchObject({ id: steps[1]?.id, input: { note: 'kept' } });
});

test('a step that keeps its key keeps its id when all steps are written anew', async () => {
  const { id, steps } = await create([{ key: 'a' }, { key: 'b' }]);
  const { playbook } = await change('updatePlaybook', { id, revision: 1, steps: [{ key: 'b', action: 'lab:gamma' }, { key: 'c', action: 'lab:alpha' }] });
  expect(playbook.steps.map(({ key }) => key)).toEqual(['b', 'c']);
  expect(playbook.steps[0]?.id).toBe(steps[1]?.id);
});

test('a step is removed, but not while another one waits for it by name', async () => {
  const { steps } = await create([{ key: 'a' }, { key: 'b' }, { key: 'c', after: ['a'] }]);
  const refused = await app.admin.refusal('mutation ($input: RemovePlaybookStepInput!) { removePlaybookStep(input: $input) { playbook { id } } }', { input: { id: steps[0]?.id } });
  expect(refused.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ message: expect.stringContaining('"a"') }] });
  const { playbook } = await change('removePlaybookStep', { id: steps[1]?.id });
  expect(playbook.steps.map(({ key }) => key)).toEqual(['a', 'c']);
});

test('a stale revision refuses a change of a step, too', async () => {
  const { id, steps } = await create([{ key: 'a' }]);
  await change('updatePlaybook', { id, revision: 1, name: 'Newer' });
  const refused = await app.admin.refusal('mutation ($input: UpdatePlaybookStepInput!) { updatePlaybookStep(input: $input) { playbook { id } } }', { input: { id: steps[0]?.id, revision: 1, active: false } });
  expect(refused.extensions.code).toBe('CONFLICT');
});

test('a deleted playbook is gone, its runs stay readable, and its name with them', async () => {
  const { id } = await create([{}]);
  const runId = await app.admin.run(id);
  await app.admin.ask('mutation ($input: DeletePlaybookInput!) { deletePlaybook(input: $input) { playbook { id } } }', { input: { id } });
  expect(await app.admin.ask('query ($id: ID!) { playbook(id: $id) { id } node(id: $id) { id } }', { id })).toEqual({ playbook: null, node: null });
  expect(await app.admin.ask('query ($id: ID!) { run(id: $id) { playbook { name deletedAt } } }', { id: runId })).toMatchObject({ run: { playbook: { name: 'A playbook', deletedAt: expect.any(String) } } });
  expect((await app.admin.refusal('mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }', { input: { playbookId: id, target: { id: 'ada' } } })).extensions.code).toBe('NOT_FOUND');
});

test('every id that the API gives is found again as a node', async () => {
  const playbook = await create([{}]);
  const runId = await app.admin.run(playbook.id);
  const run = await app.admin.read(runId);
  const { viewer } = await app.admin.ask<{ viewer: { actor: { id: string } } }>('{ viewer { actor { ... on ApiKey { id } } } }');
  const ids = { Playbook: playbook.id, PlaybookStep: playbook.steps[0]?.id, Run: runId, RunStep: run.steps[0]?.id, Connection: connectionId, ApiKey: viewer.actor.id, Action: 'lab:alpha', Provider: 'lab' };
  for (const [type, id] of Object.entries(ids)) expect(await app.admin.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).toEqual({ node: { __typename: type, id } });
});

test('lists are read page by page, forward and backward, without a gap or a repeat', async () => {
  await using fresh = await startTestApp({ runsEngine: false });
  const made: string[] = [];
  for (let number = 1; number <= 7; number += 1) made.unshift((await fresh.admin.createPlaybook([], { name: `P${number} ${number % 2 ? 'odd' : 'even'}` })).id);
  const page = async (args: string) => (await fresh.admin.ask<{ playbooks: { nodes: { id: string }[]; pageInfo: { endCursor: string; startCursor: string; hasNextPage: boolean; hasPreviousPage: boolean }; totalCount: number } }>(`{ playbooks(${args}) { nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount } }`)).playbooks;
  const first = await page('first: 3');
  const second = await page(`first: 3, after: "${first.pageInfo.endCursor}"`);
  const third = await page(`first: 3, after: "${second.pageInfo.endCursor}"`);
  expect([first, second, third].flatMap(({ nodes }) => nodes.map(({ id }) => id))).toEqual(made);
  expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
  const back = await page(`last: 3, before: "${third.pageInfo.startCursor}"`);
  expect(back.nodes).toEqual(second.nodes);
  expect(back.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
  expect((await page('search: "EVEN"')).totalCount).toBe(3);
  expect((await page('search: "100%"')).totalCount).toBe(0);
});
