import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let connectionId: string;

beforeAll(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterAll(() => app[Symbol.asyncDispose]());

const CREATE = 'mutation ($input: CreatePlaybookInput!) { createPlaybook(input: $input) { playbook { id } } }';
const UPDATE = 'mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { id revision active steps { id key } } } }';
const RUN = 'mutation ($input: RunPlaybookInput!) { runPlaybook(input: $input) { run { id } } }';
const step = (more: object) => ({ action: 'lab:alpha', connectionId, ...more });

test.each([
  ['an unknown action', [{ action: 'lab:nope' }], ['input', 'steps', 0, 'action']],
  ['a setting of the wrong type', [() => step({}), () => step({ input: { note: 7 } })], ['input', 'steps', 1, 'input', 'note']],
  ['a setting that does not exist', [() => step({ input: { nota: 'x' } })], ['input', 'steps', 0, 'input', 'nota']],
  ['a setting that is too long', [() => step({ input: { note: 'x'.repeat(21) } })], ['input', 'steps', 0, 'input', 'note']],
  ['an unknown connection', [{ action: 'lab:alpha', connectionId: 'con_00000000000000000000000000' }], ['input', 'steps', 0, 'connectionId']],
  ['a malformed connection id', [{ action: 'lab:alpha', connectionId: 'nonsense' }], ['input', 'steps', 0, 'connectionId']],
  ['an after that names no step', [() => step({}), () => step({ key: 'b', after: ['gone'] })], ['input', 'steps', 1, 'after', 0]],
  ['steps that wait for each other', [() => step({ key: 'a', after: ['b'] }), () => step({ key: 'b', after: ['a'] })], ['input', 'steps', 0, 'after']],
  ['a step that waits for itself', [() => step({ key: 'a', after: ['a'] })], ['input', 'steps', 0, 'after']],
  ['two steps of one key', [() => step({ key: 'a' }), () => step({ key: 'a' })], ['input', 'steps', 1, 'key']],
  ['a key with a blank', [() => step({ key: 'a b' })], ['input', 'steps', 0, 'key']],
  ['a condition that cannot be read', [() => step({ runIf: '1 +' })], ['input', 'steps', 0, 'runIf']],
  ['a condition that gives text', [() => step({ runIf: '"yes"' })], ['input', 'steps', 0, 'runIf']],
  ['a condition on an unknown variable', [() => step({ runIf: 'user.id == "x"' })], ['input', 'steps', 0, 'runIf']],
  ['a timeout that is too long', [() => step({ timeout: 'PT16M' })], ['input', 'steps', 0, 'timeout']],
  ['too many attempts', [() => step({ retry: { maxAttempts: 21 } })], ['input', 'steps', 0, 'retry', 'maxAttempts']],
  ['a longest wait below the first one', [() => step({ retry: { backoff: 'PT10S', maxBackoff: 'PT1S' } })], ['input', 'steps', 0, 'retry', 'maxBackoff']],
] as const)('%s is refused with its place, and nothing is saved', async (_what, steps, path) => {
  const count = async () => (await app.admin.ask<{ playbooks: { totalCount: number } }>('{ playbooks { totalCount } }')).playbooks.totalCount;
  const before = await count();
  const { extensions } = await app.admin.refusal(CREATE, { input: { name: 'A playbook', steps: steps.map((given) => (typeof given === 'function' ? given() : given)) } });
  expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(extensions.problems?.map((problem) => problem.path)).toContainEqual(path);
  expect(await count()).toBe(before);
});

test('everything that is wrong is told at once', async () => {
  const { extensions } = await app.admin.refusal(CREATE, { input: { name: ' ', steps: [step({ action: 'lab:nope' }), step({ runIf: '!' })] } });
  expect(extensions.problems?.map(({ path }) => path.join('.'))).toEqual(expect.arrayContaining(['input.name', 'input.steps.0.action', 'input.steps.1.runIf']));
});

test('more than 50 steps are refused', async () => {
  const { extensions } = await app.admin.refusal(CREATE, { input: { name: 'x', steps: Array.from({ length: 51 }, () => step({})) } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'steps'] }] });
});

test('a stale revision is a CONFLICT that tells the current one', async () => {
  const playbook = await app.admin.createPlaybook([step({})]);
  await app.admin.ask(UPDATE, { input: { id: playbook.id, revision: 1, name: 'Second' } });
  const { extensions } = await app.admin.refusal(UPDATE, { input: { id: playbook.id, revision: 1, name: 'Third' } });
  expect(extensions).toMatchObject({ code: 'CONFLICT', problems: [{ path: ['input', 'revision'], message: expect.stringContaining('2') }] });
});

test('of two changes of one revision at the same instant, one is saved and the other is a CONFLICT', async () => {
  const playbook = await app.admin.createPlaybook([step({})]);
  const answers = await Promise.all(['A', 'B'].map((name) => app.admin.send(UPDATE, { input: { id: playbook.id, revision: 1, name } })));
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code).sort()).toEqual(['CONFLICT', undefined]);
});

test('an inactive playbook, one without steps and one without a connection cannot run, and say why', async () => {
  const inactive = await app.admin.createPlaybook([step({})], { active: false });
  const empty = await app.admin.createPlaybook([]);
  const unconnected = await app.admin.createPlaybook([{ action: 'lab:alpha' }]);
  const codes = await Promise.all(
    [inactive, empty, unconnected].map(async ({ id }) => (await app.admin.refusal(RUN, { input: { playbookId: id, target: { kind: 'USER', id: 'ada' } } })).extensions),
  );
  expect(codes.map(({ code }) => code)).toEqual(['PRECONDITION_FAILED', 'PRECONDITION_FAILED', 'PRECONDITION_FAILED']);
  expect(codes.map(({ problems }) => problems?.[0]?.message)).toEqual([expect.stringContaining('not active'), expect.stringContaining('no active step'), expect.stringContaining('no connection')]);
  const { playbook } = await app.admin.ask<{ playbook: object }>('query ($id: ID!) { playbook(id: $id) { readiness { ready problems { code stepKey } } } }', { id: unconnected.id });
  expect(playbook).toEqual({ readiness: { ready: false, problems: [{ code: 'CONNECTION_MISSING', stepKey: 'alpha' }] } });
});

test.each([
  ['runPlaybook', RUN, { playbookId: 'nonsense', target: { kind: 'USER', id: 'ada' } }, 'BAD_USER_INPUT', ['input', 'playbookId']],
  ['runPlaybook', RUN, { playbookId: 'pbk_00000000000000000000000000', target: { kind: 'USER', id: 'ada' } }, 'NOT_FOUND', undefined],
  ['updatePlaybook', UPDATE, { id: 'run_00000000000000000000000000', revision: 1 }, 'BAD_USER_INPUT', ['input', 'id']],
] as const)('%s with a malformed or unknown id is told apart', async (_name, query, input, code, path) => {
  const { extensions } = await app.admin.refusal(query, { input });
  expect(extensions.code).toBe(code);
  if (path) expect(extensions.problems?.[0]?.path).toEqual(path);
});

test.each([['', 'USER'], ['   ', 'USER'], ['x'.repeat(600), 'USER'], ['a\u0000b', 'USER'], ['device-1', 'DEVICE']])('the target "%s" of kind %s is refused', async (id, kind) => {
  const playbook = await app.admin.createPlaybook([step({})]);
  const { extensions } = await app.admin.refusal(RUN, { input: { playbookId: playbook.id, target: { kind, id } } });
  expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(extensions.problems?.[0]?.path.slice(0, 2)).toEqual(['input', 'target']);
});

test.each([
  ['{ run(id: "nonsense") { id } }', ['id']],
  ['{ playbook(id: "nonsense") { id } }', ['id']],
  ['{ node(id: "Not An Id") { id } }', ['id']],
  ['{ runs(first: 0) { totalCount } }', ['first']],
  ['{ runs(first: 101) { totalCount } }', ['first']],
  ['{ runs(first: 1, last: 1) { totalCount } }', ['last']],
  ['{ playbooks(after: "!!") { totalCount } }', ['after']],
])('%s is refused at %j', async (query, path) => {
  expect((await app.admin.refusal(query)).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path }] });
});

test('a variable of the wrong shape is refused at its place', async () => {
  const { extensions } = await app.admin.refusal(RUN, { input: { playbookId: 'x', target: { kind: 'ROBOT', id: 'ada' } } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'target', 'kind'] }] });
  const missing = await app.admin.refusal(RUN, { input: { playbookId: 'x' } });
  expect(missing.extensions.code).toBe('BAD_USER_INPUT');
});

test('a connection with an unknown provider or bad settings is refused at its place', async () => {
  const create = 'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }';
  expect((await app.admin.refusal(create, { input: { provider: 'nope', name: 'x', settings: {} } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'provider'] }] });
  expect((await app.admin.refusal(create, { input: { provider: 'lab', name: 'x', settings: { tenantId: 'x' } } })).extensions).toMatchObject({ problems: [{ path: ['input', 'settings', 'tenantId'] }] });
});

describe('null for what may be left out', () => {
  test.each([
    ['runs', '{ runs(filter: null, first: null) { totalCount } }', {}],
    ['a filter of runs', '{ runs(filter: { playbookId: null, status: null, targetId: null, dryRun: null }) { nodes { events(after: null, first: null) { sequence } } } }', {}],
    ['playbooks', '{ playbooks(search: null, active: null) { totalCount } }', {}],
    ['approvals', '{ approvals(status: null, mine: null) { totalCount } }', {}],
    ['actions', '{ actions(provider: null, outcome: null) { id } }', {}],
    ['createApiKey', 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }', { name: 'A key', roles: ['VIEWER'], email: null, expiresAt: null }],
    ['createConnection', 'mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { connection { id } } }', { provider: 'lab', name: 'A tenant', settings: { tenantId: 'tenant-1' }, credential: null }],
    ['createPlaybook', CREATE, { name: 'A playbook', description: null, active: null, steps: null }],
    ['a step', CREATE, { name: 'A playbook', steps: [{ action: 'lab:alpha', key: null, connectionId: null, active: null, input: null, after: null, runIf: null, onFailure: null, timeout: null, retry: null, approval: null }] }],
    ['a retry policy', CREATE, { name: 'A playbook', steps: [{ action: 'lab:alpha', retry: { maxAttempts: null, backoff: null, maxBackoff: null } }] }],
  ])('is taken for nothing in %s', async (_what, query, input) => {
    const { errors } = await app.admin.send(query, { input });
    expect(errors).toBeUndefined();
  });

  it('means all actions, as leaving out does', async () => {
    const { all, some } = await app.admin.ask<{ all: unknown[]; some: unknown[] }>('{ all: actions { id } some: actions(provider: null, outcome: null) { id } }');
    expect(some).toEqual(all);
  });

  it('starts a run against a user', async () => {
    const playbook = await app.admin.createPlaybook([step({})]);
    await app.admin.ask(RUN, { input: { playbookId: playbook.id, target: { kind: null, id: 'ada' }, dryRun: null, reason: null, idempotencyKey: null } });
  });

  it('searches the tenant that is named', async () => {
    await app.admin.ask('query ($connectionId: ID) { searchTargets(query: "ada", connectionId: $connectionId, playbookId: null, kind: null, first: null) { id } }', { connectionId });
  });

  it('leaves a step and a connection as they are', async () => {
    const playbook = await app.admin.createPlaybook([step({ active: false, timeout: 'PT7S', retry: { maxAttempts: 3 } })]);
    const { updatePlaybookStep } = await app.admin.ask<{ updatePlaybookStep: object }>('mutation ($input: UpdatePlaybookStepInput!) { updatePlaybookStep(input: $input) { step { key active timeout action { id } retry { maxAttempts } } } }', {
      input: { id: playbook.steps[0]?.id, revision: null, key: null, action: null, active: null, timeout: null, retry: null, onFailure: null, input: null },
    });
    expect(updatePlaybookStep).toEqual({ step: { key: 'alpha', active: false, timeout: 'PT7S', action: { id: 'lab:alpha' }, retry: { maxAttempts: 3 } } });
    await app.admin.ask('mutation ($input: RemovePlaybookStepInput!) { removePlaybookStep(input: $input) { playbook { id } } }', { input: { id: playbook.steps[0]?.id, revision: null } });
    await app.admin.ask('mutation ($input: UpdateConnectionInput!) { updateConnection(input: $input) { connection { id } } }', { input: { id: connectionId, revision: 1, name: null, settings: null } });
  });
});

test.each([
  ['a filter of runs', '{ runs(filter: { targetId: "a\\u0000" }) { totalCount } }', {}, ['filter', 'targetId']],
  ['a search', '{ playbooks(search: "a\\u0000") { totalCount } }', {}, ['search']],
  ['an idempotency key', RUN, { playbookId: 'pbk_01h455vb4pex5vsknk084sn02q', target: { id: 'ada' }, idempotencyKey: 'a\u0000' }, ['input', 'idempotencyKey']],
  ['a protected target', 'mutation ($input: UpdateGuardrailsInput!) { updateGuardrails(input: $input) { guardrails { protectedTargets { id } } } }', { protectedTargets: [{ kind: 'USER', id: 'a\u0000', reason: 'because' }] }, ['input', 'protectedTargets', 0, 'id']],
  ['the reason of a protection', 'mutation ($input: UpdateGuardrailsInput!) { updateGuardrails(input: $input) { guardrails { protectedTargets { id } } } }', { protectedTargets: [{ kind: 'USER', id: 'a', reason: 'because\u0000' }] }, ['input', 'protectedTargets', 0, 'reason']],
  ['the name of a contact', CREATE, { name: 'x', steps: [{ action: 'lab:alpha', approval: { contacts: [{ channel: 'EMAIL', address: 'a@b.example', name: '\ud800' }] } }] }, ['input', 'steps', 0, 'approval', 'contacts', 0, 'name']],
  ['the address of a contact', CREATE, { name: 'x', steps: [{ action: 'lab:alpha', approval: { contacts: [{ channel: 'EMAIL', address: 'a\u0000@b.example' }] } }] }, ['input', 'steps', 0, 'approval', 'contacts', 0, 'address']],
])('what no database keeps is refused in %s', async (_what, query, input, path) => {
  expect((await app.admin.refusal(query, { input })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path }] });
});
