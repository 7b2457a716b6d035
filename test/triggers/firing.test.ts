import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface Firing {
  readonly outcome: string;
  readonly reason: string | null;
  readonly target: { id: string } | null;
  readonly playbook: { id: string } | null;
  readonly runs: readonly { id: string; status: string; startedBy: object; reason: string | null }[];
}

const FIRINGS = 'outcome reason target { id } playbook { id } runs { id status reason startedBy { ... on TriggerActor { trigger { id } event { id } } } }';

let app: TestApp;
let connectionId: string;

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterEach(() => app[Symbol.asyncDispose]());

const playbook = async (more: object = {}) => (await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }], more)).id;

async function trigger(input: object): Promise<string> {
  const { createTrigger } = await app.admin.ask<{ createTrigger: { trigger: { id: string } } }>('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', {
    input: { name: 'A trigger', eventType: 'lab:signal', ...input },
  });
  return createTrigger.trigger.id;
}

async function ingest(...events: object[]): Promise<{ accepted: number; duplicates: number; events: { id: string }[] }> {
  const { ingestEvents } = await app.admin.ask<{ ingestEvents: { accepted: number; duplicates: number; events: { id: string }[] } }>(
    'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted duplicates events { id } } }',
    { input: { events: events.map((payload) => ({ type: 'lab:signal', payload })) } },
  );
  return ingestEvents;
}

const firingsOf = async (eventId: string) => (await app.admin.ask<{ node: { firings: Firing[] } }>(`query ($id: ID!) { node(id: $id) { ... on Event { firings { ${FIRINGS} } } } }`, { id: eventId })).node.firings;

/** What an event has fired, once it has fired something. */
const fired = (eventId: string, count = 1) => until(() => firingsOf(eventId), (firings) => firings.length >= count);

test('an event that matches starts a run of every linked playbook against its target, and the run says who started it', async () => {
  const [first, second] = [await playbook(), await playbook()];
  const triggerId = await trigger({ conditions: [{ field: 'level', matcher: 'IS', values: ['high'] }], playbookIds: [first, second] });
  const { events: [event], accepted } = await ingest({ id: 's-1', user: 'ada@contoso.example', level: 'high' });
  expect(accepted).toBe(1);
  const firings = await fired(event?.id ?? '', 2);
  expect(firings.map(({ outcome, playbook: of }) => [outcome, of?.id])).toEqual([['STARTED', first], ['STARTED', second]]);
  for (const { runs: [run] } of firings) {
    expect(run?.startedBy).toEqual({ trigger: { id: triggerId }, event: { id: event?.id } });
    expect((await app.admin.follow(run?.id ?? '')).at(-1)?.type).toBe('RUN_SUCCEEDED');
  }
  expect(app.lab.calls.map(({ target }) => target)).toEqual(['ada@contoso.example', 'ada@contoso.example']);
});

test('an event that does not match starts nothing, and a trigger that is not active does not fire', async () => {
  const playbookId = await playbook();
  await trigger({ conditions: [{ field: 'level', matcher: 'IS', values: ['high'] }], playbookIds: [playbookId] });
  await trigger({ active: false, playbookIds: [playbookId] });
  const watch = await trigger({ name: 'Everything', playbookIds: [] });
  const { events: [event] } = await ingest({ id: 's-1', user: 'ada@contoso.example', level: 'low' });
  const firings = await fired(event?.id ?? '');
  expect(firings).toEqual([expect.objectContaining({ outcome: 'NOT_READY', reason: 'The trigger is linked to no playbook.' })]);
  expect(watch).toMatch(/^trg_/);
  expect(app.lab.calls).toEqual([]);
});

test('the same event fires once, however often and by whatever way it is sent', async () => {
  await trigger({ playbookIds: [await playbook()] });
  const payload = { id: 's-1', user: 'ada@contoso.example' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => ingest(payload, payload)));
  expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
  const ids = new Set(answers.flatMap(({ events }) => events.map(({ id }) => id)));
  expect(ids.size).toBe(1);
  const [eventId = ''] = ids;
  await fired(eventId);
  const { id: other } = (await ingest({ id: 's-2', user: 'grace@contoso.example' })).events[0] ?? { id: '' };
  await fired(other);
  expect(await firingsOf(eventId)).toHaveLength(1);
  const { runs } = await app.admin.ask<{ runs: { totalCount: number } }>('{ runs { totalCount } }');
  expect(runs.totalCount).toBe(2);
});

test('several targets in one event give several runs, each target once', async () => {
  await trigger({ playbookIds: [await playbook()] });
  const { events: [event] } = await ingest({ id: 's-1', users: ['ada@contoso.example', 'grace@contoso.example', 'ADA@contoso.example'] });
  const firings = await fired(event?.id ?? '', 2);
  expect(firings.map(({ target }) => target?.id)).toEqual(['ada@contoso.example', 'grace@contoso.example']);
});

test('within the cooldown the same target does not fire again, another target does', async () => {
  await trigger({ playbookIds: [await playbook()], cooldown: 'PT1H' });
  const sent = [await ingest({ id: 's-1', user: 'ada@contoso.example' }), await ingest({ id: 's-2', user: 'Ada@contoso.example' }), await ingest({ id: 's-3', user: 'grace@contoso.example' })];
  const outcomes = await Promise.all(sent.map(async ({ events: [event] }) => (await fired(event?.id ?? '')).map(({ outcome }) => outcome)));
  expect(outcomes.slice(0, 2).flat().sort()).toEqual(['COOLDOWN', 'STARTED']);
  expect(outcomes[2]).toEqual(['STARTED']);
});

test('of many events about one target at the same instant one starts a run, the others meet the cooldown', async () => {
  await trigger({ playbookIds: [await playbook()], cooldown: 'PT1H' });
  const sent = await Promise.all(Array.from({ length: 30 }, (_event, index) => ingest({ id: `s-${index}`, user: 'ada@contoso.example' })));
  const outcomes = await Promise.all(sent.map(async ({ events: [event] }) => (await fired(event?.id ?? ''))[0]?.outcome));
  expect(outcomes.filter((outcome) => outcome === 'STARTED')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'COOLDOWN')).toHaveLength(29);
});

test('an event without a target, an inactive playbook, one that is not ready and a protected target are told with their reason, and start nothing', async () => {
  const inactive = await playbook({ active: false });
  const unready = (await app.admin.createPlaybook([{ action: 'lab:alpha' }])).id;
  const ready = await playbook();
  await trigger({ playbookIds: [inactive, unready, ready] });
  await app.admin.ask('mutation { updateGuardrails(input: { protectedTargets: [{ kind: USER, id: "break-glass@contoso.example", reason: "The last way in." }] }) { guardrails { protectedTargets { id } } } }');
  const { events } = await ingest({ id: 's-1', user: 'ada@contoso.example' }, { id: 's-2' }, { id: 's-3', user: 'Break-Glass@contoso.example' });
  const [about, nobody, safe] = await Promise.all(events.map(({ id }, index) => fired(id, index === 2 ? 1 : 3)));
  expect(about?.map(({ outcome }) => outcome)).toEqual(['PLAYBOOK_INACTIVE', 'NOT_READY', 'STARTED']);
  expect(about?.[1]?.reason).toContain('has no connection');
  expect(nobody?.map(({ outcome }) => outcome)).toEqual(['PLAYBOOK_INACTIVE', 'NOT_READY', 'NO_TARGET']);
  expect(safe).toEqual([expect.objectContaining({ outcome: 'BLOCKED', reason: 'The target is protected: The last way in.' })]);
});

test('an expression and a target of its own decide, too', async () => {
  await trigger({ playbookIds: [await playbook()], expression: 'event.score > 5.0 && source.startsWith("api:")', target: 'event.place.city + "@contoso.example"' });
  const { events } = await ingest({ id: 's-1', score: 3, place: { city: 'lima' } }, { id: 's-2', score: 9, place: { city: 'quito' } });
  const firings = await fired(events[1]?.id ?? '');
  expect(firings.map(({ target }) => target?.id)).toEqual(['quito@contoso.example']);
  expect(await firingsOf(events[0]?.id ?? '')).toEqual([]);
});

test('a step\'s condition may speak of the event that started the run', async () => {
  const { id } = await app.admin.createPlaybook([
    { action: 'lab:alpha', connectionId, runIf: 'event.level == "high"' },
    { action: 'lab:beta', connectionId, runIf: 'event.level == "low"' },
  ]);
  await trigger({ playbookIds: [id] });
  const { events: [event] } = await ingest({ id: 's-1', user: 'ada@contoso.example', level: 'high' });
  const [firing] = await fired(event?.id ?? '');
  await app.admin.follow(firing?.runs[0]?.id ?? '');
  expect((await app.admin.read(firing?.runs[0]?.id ?? '')).steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SKIPPED']);
});

test('approvals hold for a run that a trigger started, and tell which one it was', async () => {
  const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] };
  const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval }]);
  await trigger({ name: 'Night watch', playbookIds: [id] });
  const { events: [event] } = await ingest({ id: 's-1', user: 'ada@contoso.example' });
  const [firing] = await fired(event?.id ?? '');
  const runId = firing?.runs[0]?.id ?? '';
  await app.admin.follow(runId, 0, ({ type }) => type === 'APPROVAL_NOTIFIED');
  expect(app.lab.calls).toEqual([]);
  expect(app.lab.notices[0]?.notice.facts).toContainEqual({ name: 'Started by', value: 'The trigger "Night watch"' });
  const approver = await app.clientWith('APPROVER');
  const { approvals } = await approver.ask<{ approvals: { nodes: { id: string }[] } }>('{ approvals(status: PENDING, mine: true) { nodes { id } } }');
  await approver.ask('mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { status } } }', { input: { approvalId: approvals.nodes[0]?.id, decision: 'APPROVE' } });
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('a connection that was mended since its last check does not keep a trigger from starting its playbook', async () => {
  app.lab.check = () => ({ granted: [], tenantId: 'tenant-1' });
  await app.admin.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { id } } }', { id: connectionId });
  await trigger({ playbookIds: [await playbook()] });
  app.lab.check = () => ({ granted: ['Lab.All'], tenantId: 'tenant-1' });
  await until(() => app.lab.checks, (checks) => checks > 0);
  const { rows } = await app.database.query(`update connection_check set checked_at = now() - interval '1 minute' returning connection_id`);
  expect(rows).toHaveLength(1);
  const { events: [event] } = await ingest({ id: 's-1', user: 'ada@contoso.example' });
  expect((await fired(event?.id ?? ''))[0]?.outcome).toBe('STARTED');
});
