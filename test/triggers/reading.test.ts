import { createSource } from '../support/hook-sender.js';
import { switchFeed } from '../support/feeds.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';

const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted duplicates events { id occurredAt dedupeKey } } }';

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

const PAGE = 'nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount';

let app: TestApp;
let connectionId: string;

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterEach(() => app[Symbol.asyncDispose]());

/** All ids of a list, page by page, with the null cursor that clients begin with. */
async function walk(query: string, variables: object, pageOf: (data: never) => Page): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = pageOf(await app.admin.ask(query, { ...variables, first: 2, after }));
    ids.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

test('triggers, events and firings are read page by page, newest first, without a gap and without a repetition, and filtered', async () => {
  const triggers: string[] = [];
  for (let index = 0; index < 5; index += 1) triggers.push((await createTrigger(app, { active: index !== 1, eventType: index === 3 ? 'identity:alert' : 'lab:signal' })).id);
  const events = await ingest(app, Array.from({ length: 5 }, (_event, index) => ({ id: `s-${index}`, user: 'ada@contoso.example' })));
  const TRIGGERS = `query ($first: Int, $after: String, $active: Boolean, $eventType: ID) { triggers(first: $first, after: $after, active: $active, eventType: $eventType) { ${PAGE} } }`;
  const listed = (variables: object) => walk(TRIGGERS, variables, ({ triggers: page }: { triggers: Page }) => page);
  expect(await listed({})).toEqual(triggers.toReversed());
  expect(await listed({ active: null, eventType: null })).toHaveLength(5);
  expect(await listed({ active: false })).toEqual([triggers[1]]);
  expect(await listed({ active: true, eventType: 'lab:signal' })).toEqual([triggers[4], triggers[2], triggers[0]]);
  expect(await listed({ eventType: 'lab:nope' })).toEqual([]);
  const EVENTS = `query ($first: Int, $after: String, $type: ID) { events(first: $first, after: $after, type: $type) { ${PAGE} } }`;
  const received = (variables: object) => walk(EVENTS, variables, ({ events: page }: { events: Page }) => page);
  expect(await received({})).toEqual(events.toReversed());
  expect([await received({ type: null }), await received({ type: 'lab:signal' }), await received({ type: 'identity:alert' })].map((ids) => ids.length)).toEqual([5, 5, 0]);
  const FIRINGS = `query ($id: ID!, $first: Int, $after: String) { trigger(id: $id) { firings(first: $first, after: $after) { ${PAGE} } } }`;
  const fired = () => walk(FIRINGS, { id: triggers[0] }, ({ trigger }: { trigger: { firings: Page } }) => trigger.firings);
  const ids = await until(fired, (found) => found.length === 5);
  expect(ids).toEqual([...new Set(ids)].sort().toReversed());
});

test('a filter that no database could look for is refused with its place', async () => {
  const refused = [await app.admin.refusal('query ($none: ID) { events(type: $none) { totalCount } }', { none: 'a\0b' }), await app.admin.refusal('query ($none: ID) { triggers(eventType: $none) { totalCount } }', { none: 'a\0b' })];
  expect(refused.map(({ extensions }) => [extensions.code, extensions.problems?.[0]?.path])).toEqual([['BAD_USER_INPUT', ['type']], ['BAD_USER_INPUT', ['eventType']]]);
});

test('everything about triggers is found by its id, and nothing by an id of what is not there', async () => {
  const { id: triggerId } = await createTrigger(app);
  const [eventId = ''] = await ingest(app, [{ id: 's-1', user: 'ada@contoso.example' }]);
  const { id: sourceId } = await createSource(app, 'siem');
  const { id: feedId } = await switchFeed(app, { connectionId, eventType: 'lab:signal', active: true });
  const firingOf = async () => (await app.admin.ask<{ node: { firings: { id: string }[] } }>('query ($id: ID!) { node(id: $id) { ... on Event { firings { id } } } }', { id: eventId })).node.firings;
  const [firing] = await until(firingOf, ({ length }) => length === 1);
  const found = async (id: string, of = app.admin) =>
    of.ask(
      `query ($id: ID!) { node(id: $id) { __typename id ... on Trigger { name } ... on Event { source type { id } } ... on EventSource { url } ... on EventFeed { connection { id } }
        ... on EventType { title provider { id } fields { path type matchers } } ... on TriggerFiring { outcome trigger { id } event { id } playbook { id } runs { id } target { kind id } } } }`,
      { id },
    );
  const viewer = await app.clientWith('VIEWER');
  expect(await found(triggerId, viewer)).toEqual({ node: { __typename: 'Trigger', id: triggerId, name: 'A trigger' } });
  expect(await found(eventId, viewer)).toEqual({ node: { __typename: 'Event', id: eventId, source: expect.stringMatching(/^api:key_/), type: { id: 'lab:signal' } } });
  expect(await found(firing?.id ?? '', viewer)).toEqual({ node: { __typename: 'TriggerFiring', id: firing?.id, outcome: 'NOT_READY', trigger: { id: triggerId }, event: { id: eventId }, playbook: null, runs: [], target: { kind: 'USER', id: 'ada@contoso.example' } } });
  expect(await found(sourceId, viewer)).toEqual({ node: { __typename: 'EventSource', id: sourceId, url: `${app.app.url}/hooks/siem` } });
  expect(await found(feedId, viewer)).toEqual({ node: { __typename: 'EventFeed', id: feedId, connection: { id: connectionId } } });
  expect(await found('lab:signal', viewer)).toMatchObject({ node: { __typename: 'EventType', id: 'lab:signal', title: 'Signal', provider: { id: 'lab' } } });
  expect(await found('schedule', viewer)).toMatchObject({ node: { __typename: 'EventType', id: 'schedule', provider: null } });
  for (const id of [triggerId, eventId, firing?.id ?? '', sourceId, feedId]) expect(await found(`${id.slice(0, 3)}_01h455vb4pex5vsknk084sn02q`)).toEqual({ node: null });
});

test('event types tell what a form needs: fields with the matchers that fit, values, a sample; a provider lists its own', async () => {
  const { eventTypes, providers } = await app.admin.ask<{ eventTypes: { id: string; fields: { path: string; matchers: string[]; values: string[] | null }[]; sample: object }[]; providers: object[] }>(
    '{ eventTypes { id description sample fields { path title type values matchers } } providers { id eventTypes { id } } }',
  );
  expect(eventTypes.map(({ id }) => id)).toEqual(['identity:alert', 'schedule', 'lab:signal', 'lab:notice']);
  expect(providers).toEqual([{ id: 'lab', eventTypes: [{ id: 'lab:signal' }, { id: 'lab:notice' }] }]);
  const fields = new Map(eventTypes.find(({ id }) => id === 'lab:signal')?.fields.map((field) => [field.path, field]));
  expect(fields.get('level')).toMatchObject({ values: ['low', 'medium', 'high'], matchers: expect.arrayContaining(['IS', 'IS_ONE_OF']) });
  expect(fields.get('address')?.matchers).toContain('IN_CIDR');
  expect(fields.get('user')?.matchers).not.toContain('IN_CIDR');
  expect(fields.get('at')?.matchers).toContain('WITHIN_HOURS');
});

test('what is left out of an event may be null as well', async () => {
  const event = { type: 'lab:signal', payload: { id: 's-1', at: '2026-03-01T03:12:45Z' }, occurredAt: null, dedupeKey: null };
  expect(await app.admin.ask(INGEST, { input: { events: [event] } })).toMatchObject({ ingestEvents: { accepted: 1, events: [{ occurredAt: '2026-03-01T03:12:45.000Z', dedupeKey: 's-1' }] } });
});

test.each<readonly [what: string, event: object, path: readonly (string | number)[]]>([
  ['an unknown type', { type: 'lab:nope' }, ['type']],
  ['a property named prototype', { payload: { a: { prototype: 1 } } }, ['payload']],
  ['33 levels', { payload: JSON.parse(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`) as object }, ['payload']],
  ['60,000 values', { payload: { list: Array.from({ length: 60_000 }, () => 0) } }, ['payload']],
  ['400,000 values', { payload: { list: Array.from({ length: 400_000 }, () => 0) } }, ['payload']],
  ['half of a surrogate pair', { payload: { text: '\udc00' } }, ['payload']],
  ['an empty dedupeKey', { dedupeKey: '' }, ['dedupeKey']],
  ['a dedupeKey of 501 characters', { dedupeKey: 'x'.repeat(501) }, ['dedupeKey']],
  ['a dedupeKey with a NUL character', { dedupeKey: 'a\0' }, ['dedupeKey']],
])('an event with %s is refused with its place, and nothing of its request is stored', async (_what, event, path) => {
  const { extensions } = await app.admin.refusal(INGEST, { input: { events: [{ type: 'lab:signal', payload: {} }, { type: 'lab:signal', payload: {}, ...event }] } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'events', 1, ...path] }] });
  expect((await app.database.query('select 1 from event')).rows).toEqual([]);
});

test('a dedupeKey that is used for another payload is a conflict, and nothing of that request is stored', async () => {
  await ingest(app, [{ id: 's-1' }], { dedupeKey: 'k' });
  const { extensions } = await app.admin.refusal(INGEST, { input: { events: [{ type: 'lab:signal', payload: { id: 's-2' } }, { type: 'lab:signal', payload: { id: 's-3' }, dedupeKey: 'k' }] } });
  expect(extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', problems: [{ path: ['input', 'events', 1, 'dedupeKey'] }] });
  expect((await app.database.query('select payload from event')).rows).toEqual([{ payload: { id: 's-1' } }]);
});
