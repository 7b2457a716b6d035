import { createSource, postHook, sign } from '../support/hook-sender.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted duplicates events { id occurredAt receivedAt dedupeKey } } }';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ runsEngine: false });
});

afterAll(() => app[Symbol.asyncDispose]());

test.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z'])('an event is not said to be of %s', async (occurredAt) => {
  const { extensions } = await app.admin.refusal(INGEST, { input: { events: [{ type: 'lab:signal', payload: {}, occurredAt }] } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'events', 0, 'occurredAt'] }] });
});

test.each(['0000-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00Z', 'yesterday', 7, null])('a payload that tells a time of no use, %j, keeps its event from nothing: it is of the moment of its arrival', async (at) => {
  const { ingestEvents } = await app.admin.ask<{ ingestEvents: { events: { occurredAt: string; receivedAt: string }[] } }>(INGEST, { input: { events: [{ type: 'lab:signal', payload: { at } }] } });
  expect(ingestEvents.events[0]?.occurredAt).toBe(ingestEvents.events[0]?.receivedAt);
});

test.each(['', 'x'.repeat(501), 'a\u0000b', 'half \ud83d'])('%j is no dedupeKey', async (dedupeKey) => {
  const { extensions } = await app.admin.refusal(INGEST, { input: { events: [{ type: 'lab:signal', payload: {}, dedupeKey }] } });
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'events', 0, 'dedupeKey'] }] });
});

test.each(['', 'x'.repeat(501)])('what is no identity in a payload, %j, makes two events no one event, and the message that brings it counts instead', async (id) => {
  const { ingestEvents } = await app.admin.ask<{ ingestEvents: { accepted: number } }>(INGEST, { input: { events: [{ type: 'lab:signal', payload: { id } }, { type: 'lab:signal', payload: { id } }] } });
  expect(ingestEvents.accepted).toBe(2);
  const { secret } = await createSource(app, `siem-${id.length}`);
  const body = JSON.stringify({ id });
  const answers = [];
  for (const at of [Date.now(), Date.now() - 60_000]) answers.push(await postHook(app, `siem-${id.length}`, body, sign(secret, body, { id: 'msg-1', at })));
  expect(answers).toMatchObject([{ status: 202, accepted: 1, duplicates: 0 }, { status: 202, accepted: 0, duplicates: 1 }]);
});
