import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;
let playbookId: string;

beforeAll(async () => {
  app = await startTestApp();
  const connectionId = await app.admin.connect();
  ({ id: playbookId } = await app.admin.createPlaybook(['lab:alpha', 'lab:beta', 'lab:gamma'].map((action) => ({ action, connectionId }))));
});

afterAll(() => app[Symbol.asyncDispose]());

const LAST = 15;
const sequenceFrom = (first: number) => Array.from({ length: LAST - first + 1 }, (_event, index) => first + index);

test('whoever follows before, during and after the run sees 1 to n', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  app.lab.behaviours.set('beta', () => released);
  const runId = await app.admin.run(playbookId);
  const early = app.admin.follow(runId);
  await app.admin.follow(runId, 0, ({ type, step }) => type === 'STEP_STARTED' && step?.key === 'beta');
  const during = app.admin.follow(runId);
  release();
  const results = [await early, await during, await app.admin.follow(runId)];
  for (const events of results) expect(events.map(({ sequence }) => sequence)).toEqual(sequenceFrom(1));
  app.lab.behaviours.clear();
});

test('a follower that was cut off goes on from the last sequence it saw', async () => {
  const runId = await app.admin.run(playbookId);
  const before = await app.admin.follow(runId, 0, ({ sequence }) => sequence === 4);
  const after = await app.admin.follow(runId, 4);
  expect([...before, ...after].map(({ sequence }) => sequence)).toEqual(sequenceFrom(1));
});

test('following a finished run from its last event ends at once, with nothing', async () => {
  const runId = await app.admin.run(playbookId);
  await app.admin.follow(runId);
  expect(await app.admin.follow(runId, LAST)).toEqual([]);
  expect(await app.admin.follow(runId, LAST + 100)).toEqual([]);
});

test('many followers of one run see the same', async () => {
  const runId = await app.admin.run(playbookId);
  const results = await Promise.all(Array.from({ length: 25 }, () => app.admin.follow(runId)));
  for (const events of results) expect(events.map(({ sequence }) => sequence)).toEqual(sequenceFrom(1));
});

test('a follower who leaves in the middle does not disturb the run', async () => {
  const runId = await app.admin.run(playbookId);
  await app.admin.follow(runId, 0, () => true);
  expect((await app.admin.follow(runId)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test.each([
  ['no-id', 0, 'BAD_USER_INPUT'],
  ['run_00000000000000000000000000', 0, 'NOT_FOUND'],
])('following %s is refused with %s', async (runId, after, code) => {
  await expect(app.admin.follow(runId, after)).rejects.toThrow(code);
});

test('the same events can be read by query, a page at a time', async () => {
  const runId = await app.admin.run(playbookId);
  const followed = await app.admin.follow(runId);
  const { run } = await app.admin.ask<{ run: { events: { sequence: number }[] } }>('query ($id: ID!) { run(id: $id) { events(after: 5, first: 3) { sequence } } }', { id: runId });
  expect(run.events.map(({ sequence }) => sequence)).toEqual([6, 7, 8]);
  expect((await app.admin.read(runId)).events).toEqual(followed);
});
