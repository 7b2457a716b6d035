import { startTestApp, type TestApp } from '../support/test-app.js';
import { CREATE_TRIGGER, UPDATE_TRIGGER, createTrigger, updateTrigger } from '../support/triggers.js';

const LINK = 'mutation ($input: LinkTriggerInput!) { linkTrigger(input: $input) { trigger { playbooks { id } } playbook { id triggers { id } } } }';
const UNLINK = 'mutation ($input: LinkTriggerInput!) { unlinkTrigger(input: $input) { trigger { playbooks { id } } playbook { id triggers { id } } } }';
const DELETE = 'mutation ($input: DeleteTriggerInput!) { deleteTrigger(input: $input) { trigger { id active } } }';
const READ = `query ($id: ID!) { trigger(id: $id) { name active eventType { id } conditions { field matcher values } expression schedule timeZone missedSchedule target cooldown revision
  createdBy { ... on ApiKey { id } } playbooks { id } firings { totalCount } } }`;
const UNKNOWN = 'trg_01h455vb4pex5vsknk084sn02q';
const IS_HIGH = { field: 'level', matcher: 'IS', values: ['high'] };

let app: TestApp;
let connectionId: string;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
  connectionId = await app.admin.connect();
});

afterAll(() => app[Symbol.asyncDispose]());

const playbook = async () => (await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }])).id;
const read = async (id: string) => (await app.admin.ask<{ trigger: object | null }>(READ, { id })).trigger;
const countTriggers = async () => (await app.admin.ask<{ triggers: { totalCount: number } }>('{ triggers { totalCount } }')).triggers.totalCount;

test.each<readonly [what: string, input: object, paths: readonly string[]]>([
  ['an unknown field', { conditions: [IS_HIGH, { ...IS_HIGH, field: 'levle' }] }, ['input.conditions.1.field']],
  ['a field of JavaScript\'s', { conditions: [{ ...IS_HIGH, field: '__proto__' }] }, ['input.conditions.0.field']],
  ['a matcher that does not fit', { conditions: [{ field: 'score', matcher: 'CONTAINS', values: ['1'] }] }, ['input.conditions.0.matcher']],
  ['networks of what is no address', { conditions: [{ field: 'user', matcher: 'IN_CIDR', values: ['10.0.0.0/8'] }] }, ['input.conditions.0.matcher']],
  ['a bad network', { conditions: [{ field: 'address', matcher: 'IN_CIDR', values: ['10.0.0.0/8', '10.0.0.0/33'] }] }, ['input.conditions.0.values.1']],
  ['a value that is no number', { conditions: [{ field: 'score', matcher: 'GREATER_THAN', values: ['many'] }] }, ['input.conditions.0.values.0']],
  ['a value that the field never has', { conditions: [{ ...IS_HIGH, values: ['hihg'] }] }, ['input.conditions.0.values.0']],
  ['two values for one', { conditions: [{ ...IS_HIGH, values: ['high', 'low'] }] }, ['input.conditions.0.values']],
  ['a value for none', { conditions: [{ field: 'user', matcher: 'EXISTS', values: ['x'] }] }, ['input.conditions.0.values']],
  ['bad hours', { conditions: [{ field: 'at', matcher: 'WITHIN_HOURS', values: ['25:00-26:00'] }] }, ['input.conditions.0.values.0']],
  ['51 conditions', { conditions: Array.from({ length: 51 }, () => IS_HIGH) }, ['input.conditions']],
  ['a value with a NUL character', { conditions: [{ field: 'user', matcher: 'IS', values: ['a\0'] }] }, ['input.conditions.0.values.0']],
  ['a value with half of a surrogate pair', { conditions: [{ field: 'user', matcher: 'IS', values: ['\ud800'] }] }, ['input.conditions.0.values.0']],
  ['an expression that cannot be read', { expression: 'event.level ==' }, ['input.expression']],
  ['an expression that misspells a field', { expression: 'event.levle == "high"' }, ['input.expression']],
  ['an expression on something unknown', { expression: 'user == "ada"' }, ['input.expression']],
  ['an expression that gives no truth', { expression: '"high"' }, ['input.expression']],
  ['an expression that is too long', { expression: `event.level == "${'x'.repeat(2_000)}"` }, ['input.expression']],
  ['an expression with a NUL character', { expression: 'event.level == "a\0"' }, ['input.expression']],
  ['a target that misspells a field', { target: 'event.usr' }, ['input.target']],
  ['a target that gives a number', { target: '1 + 1' }, ['input.target']],
  ['a target with a NUL character', { target: '"a\0"' }, ['input.target']],
  ['a zone that there is not', { timeZone: 'Europe/Nowhere' }, ['input.timeZone']],
  ['a cooldown that is too short', { cooldown: 'PT0.9S' }, ['input.cooldown']],
  ['a cooldown that is too long', { cooldown: 'P25D' }, ['input.cooldown']],
  ['a schedule of another type', { schedule: '0 3 * * *' }, ['input.schedule']],
  ['an empty name', { name: ' ' }, ['input.name']],
  ['a name with a NUL character', { name: 'a\0' }, ['input.name']],
  ['a name with half of a surrogate pair', { name: 'half \ud800' }, ['input.name']],
  ['everything at once', { name: '', cooldown: 'PT0S', conditions: [{ ...IS_HIGH, field: 'x' }], expression: '1', target: '!' }, ['input.name', 'input.cooldown', 'input.conditions.0.field', 'input.expression', 'input.target']],
])('%s is refused with its place, in a new trigger and in a change, and nothing is saved', async (_what, input, paths) => {
  const before = await countTriggers();
  const refused = await app.admin.refusal(CREATE_TRIGGER, { input: { name: 'A trigger', eventType: 'lab:signal', ...input } });
  expect(refused.extensions.code).toBe('BAD_USER_INPUT');
  expect(refused.extensions.problems?.map(({ path }) => path.join('.'))).toEqual(paths);
  expect(await countTriggers()).toBe(before);
  const { id } = await createTrigger(app);
  expect((await app.admin.refusal(UPDATE_TRIGGER, { input: { id, revision: 1, ...input } })).extensions.problems?.map(({ path }) => path.join('.'))).toEqual(paths);
  expect(await read(id)).toMatchObject({ revision: 1, conditions: [] });
});

test.each([
  ['an unknown event type', { eventType: 'lab:nope' }, 'input.eventType'],
  ['an event type with a NUL character', { eventType: 'lab:\0' }, 'input.eventType'],
  ['a schedule that is missing', { eventType: 'schedule' }, 'input.schedule'],
  ['an empty schedule', { eventType: 'schedule', schedule: ' ' }, 'input.schedule'],
  ['a schedule with a zone that there is not', { eventType: 'schedule', schedule: '0 3 * * *', timeZone: 'Mars' }, 'input.timeZone'],
  ['a malformed playbook id', { playbookIds: ['nonsense'] }, 'input.playbookIds.0'],
])('%s is refused with its place, and nothing is saved', async (_what, input, path) => {
  const before = await countTriggers();
  const { extensions } = await app.admin.refusal(CREATE_TRIGGER, { input: { name: 'A trigger', eventType: 'lab:signal', ...input } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) }] });
  expect(await countTriggers()).toBe(before);
});

test('a trigger is read as it was saved, and a change leaves what it does not name; null and an empty text take away', async () => {
  const playbookId = await playbook();
  const { id } = await createTrigger(app, { name: ' Night watch ', conditions: [IS_HIGH], expression: 'event.score > 5.0', timeZone: 'Europe/Berlin', target: 'event.user', cooldown: 'PT15M', playbookIds: [playbookId, playbookId] });
  const saved = { name: 'Night watch', active: true, eventType: { id: 'lab:signal' }, conditions: [IS_HIGH], expression: 'event.score > 5.0', schedule: null, timeZone: 'Europe/Berlin', missedSchedule: 'SKIP', target: 'event.user', cooldown: 'PT15M', revision: 1, playbooks: [{ id: playbookId }], firings: { totalCount: 0 } };
  expect(await read(id)).toMatchObject(saved);
  expect(await updateTrigger(app, { id, revision: 1, active: false })).toMatchObject({ revision: 2 });
  expect(await read(id)).toMatchObject({ ...saved, active: false, revision: 2 });
  await updateTrigger(app, { id, revision: 2, expression: null, target: ' ', cooldown: null, timeZone: '', conditions: [], name: null, active: null, missedSchedule: null });
  expect(await read(id)).toMatchObject({ ...saved, active: false, revision: 3, expression: null, target: null, cooldown: null, timeZone: null, conditions: [] });
});

test('of two changes of one revision at the same instant one is saved, and the other is a CONFLICT that tells the current one', async () => {
  const { id } = await createTrigger(app);
  const answers = await Promise.all(['A', 'B'].map((name) => app.admin.send(UPDATE_TRIGGER, { input: { id, revision: 1, name } })));
  expect(answers.map(({ errors }) => errors?.[0]?.extensions.code).sort()).toEqual(['CONFLICT', undefined]);
  expect((await app.admin.refusal(UPDATE_TRIGGER, { input: { id, revision: 1, name: 'C' } })).extensions).toMatchObject({ code: 'CONFLICT', problems: [{ path: ['input', 'revision'], message: expect.stringContaining('2') }] });
});

test('playbooks are linked and unlinked in any number, in the order in which they came, and linking again does nothing', async () => {
  const [first, second] = [await playbook(), await playbook()];
  const { id } = await createTrigger(app, { playbookIds: [second] });
  const input = { triggerId: id, playbookId: first };
  const linked = { trigger: { playbooks: [{ id: second }, { id: first }] }, playbook: { id: first, triggers: [{ id }] } };
  const twice = await Promise.all([app.admin.ask(LINK, { input }), app.admin.ask(LINK, { input })]);
  expect(twice).toEqual([{ linkTrigger: linked }, { linkTrigger: linked }]);
  expect(await app.admin.ask(UNLINK, { input: { ...input, playbookId: second } })).toEqual({ unlinkTrigger: { trigger: { playbooks: [{ id: first }] }, playbook: { id: second, triggers: [] } } });
  expect((await app.admin.refusal(UNLINK, { input: { ...input, playbookId: second } })).extensions.code).toBe('NOT_FOUND');
  await app.admin.ask('mutation ($id: ID!) { deletePlaybook(input: { id: $id }) { playbook { id } } }', { id: first });
  expect(await read(id)).toMatchObject({ playbooks: [] });
  expect((await app.admin.refusal(LINK, { input })).extensions).toMatchObject({ code: 'NOT_FOUND', problems: [{ path: ['input', 'playbookId'] }] });
});

test('a trigger starts at most fifty playbooks', async () => {
  const ids = await Promise.all(Array.from({ length: 51 }, playbook));
  expect((await app.admin.refusal(CREATE_TRIGGER, { input: { name: 'Many', eventType: 'lab:signal', playbookIds: ids } })).extensions.code).toBe('BAD_USER_INPUT');
  const { id } = await createTrigger(app, { playbookIds: ids.slice(1) });
  expect((await app.admin.refusal(LINK, { input: { triggerId: id, playbookId: ids[0] } })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'playbookId'] }] });
});

test('a deleted trigger is gone from lists, nodes and playbooks; what is not there is NOT_FOUND, and no id at all is refused', async () => {
  const playbookId = await playbook();
  const { id } = await createTrigger(app, { playbookIds: [playbookId] });
  const before = await countTriggers();
  expect(await app.admin.ask(DELETE, { input: { id } })).toEqual({ deleteTrigger: { trigger: { id, active: false } } });
  expect([await read(id), await countTriggers()]).toEqual([null, before - 1]);
  expect(await app.admin.ask('query ($id: ID!, $playbookId: ID!) { node(id: $id) { id } playbook(id: $playbookId) { triggers { id } } }', { id, playbookId })).toEqual({ node: null, playbook: { triggers: [] } });
  for (const gone of [id, UNKNOWN]) {
    const answers = [await app.admin.refusal(DELETE, { input: { id: gone } }), await app.admin.refusal(UPDATE_TRIGGER, { input: { id: gone, revision: 1 } }), await app.admin.refusal(LINK, { input: { triggerId: gone, playbookId } }), await app.admin.refusal(UNLINK, { input: { triggerId: gone, playbookId } })];
    expect(answers.map(({ extensions }) => extensions.code)).toEqual(answers.map(() => 'NOT_FOUND'));
  }
  expect((await app.admin.refusal(READ, { id: 'nonsense' })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['id'] }] });
});

test('who may see triggers sees them; only an AUTHOR and an ADMIN change them, and a RESPONDER sends events', async () => {
  const playbookId = await playbook();
  const { id } = await createTrigger(app);
  const SEND = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }';
  const changes: readonly (readonly [string, object])[] = [[CREATE_TRIGGER, { name: 'Mine', eventType: 'lab:signal' }], [UPDATE_TRIGGER, { id, revision: 1 }], [LINK, { triggerId: id, playbookId }], [UNLINK, { triggerId: id, playbookId }], [DELETE, { id }]];
  for (const role of ['VIEWER', 'RESPONDER', 'APPROVER'] as const) {
    const client = await app.clientWith(role);
    expect(await client.ask('query ($id: ID!) { trigger(id: $id) { id } }', { id })).toEqual({ trigger: { id } });
    for (const [operation, input] of changes) expect((await client.refusal(operation, { input })).extensions.code).toBe('FORBIDDEN');
  }
  const author = await app.clientWith('AUTHOR');
  for (const [operation, input] of changes) await author.ask(operation, { input });
  const event = { input: { events: [{ type: 'lab:signal', payload: {} }] } };
  expect((await author.refusal(SEND, event)).extensions.code).toBe('FORBIDDEN');
  expect(await (await app.clientWith('RESPONDER')).ask(SEND, event)).toEqual({ ingestEvents: { accepted: 1 } });
});
