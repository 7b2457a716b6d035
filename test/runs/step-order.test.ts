import { startTestApp, type TestApp } from '../support/test-app.js';
import type { NewStep } from '../support/test-client.js';

let app: TestApp;
let connectionId: string;

beforeAll(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterAll(() => app[Symbol.asyncDispose]());

beforeEach(() => {
  app.lab.calls.length = 0;
  app.lab.behaviours.clear();
  app.lab.seen.clear();
});

async function start(steps: readonly NewStep[], more: object = {}) {
  const playbook = await app.admin.createPlaybook(steps.map((step) => ({ connectionId, ...step })));
  return app.admin.run(playbook.id, more);
}

test('steps with after: [] are under way at the same time, and a step that names both waits for both', async () => {
  let meet: () => void = () => undefined;
  const bothAreThere = new Promise<void>((resolve) => (meet = resolve));
  app.lab.behaviours.set('alpha', () => bothAreThere);
  app.lab.behaviours.set('beta', () => meet());
  const runId = await start([
    { action: 'lab:alpha', after: [] },
    { action: 'lab:beta', after: [] },
    { action: 'lab:gamma', after: ['alpha', 'beta'] },
  ]);
  const events = await app.admin.follow(runId);
  const order = events.filter(({ type }) => type === 'STEP_STARTED' || type === 'STEP_SUCCEEDED').map(({ type, step }) => `${type} ${step?.key}`);
  expect(order.indexOf('STEP_STARTED beta')).toBeLessThan(order.indexOf('STEP_SUCCEEDED alpha'));
  expect(order.slice(-2)).toEqual(['STEP_STARTED gamma', 'STEP_SUCCEEDED gamma']);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  expect(app.lab.calls).toHaveLength(3);
});

test('a step is skipped when its condition does not hold, and the next ones go on', async () => {
  const runId = await start([
    { action: 'lab:alpha' },
    { action: 'lab:beta', runIf: 'steps["alpha"].status == "FAILED"' },
    { action: 'lab:gamma', runIf: 'steps.alpha.output.done && target.username.endsWith("@contoso.example")' },
  ]);
  await app.admin.follow(runId);
  const run = await app.admin.read(runId);
  expect(run.steps.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SKIPPED', 'SUCCEEDED']);
  expect(run.status).toBe('SUCCEEDED');
});

test('a condition that cannot be decided lets nothing through', async () => {
  const runId = await start([{ action: 'lab:alpha', runIf: 'event.riskLevel == "high"' }]);
  await app.admin.follow(runId);
  const run = await app.admin.read(runId);
  expect(run.steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'RUN_IF_FAILED' } });
  expect(app.lab.calls).toEqual([]);
});

test('an inactive step is skipped, and its successor does not wait for it', async () => {
  const runId = await start([{ action: 'lab:alpha', active: false }, { action: 'lab:beta' }]);
  await app.admin.follow(runId);
  expect((await app.admin.read(runId)).steps.map(({ status }) => status)).toEqual(['SKIPPED', 'SUCCEEDED']);
});

test('a dry run tells what would be changed and changes nothing', async () => {
  const runId = await start([{ action: 'lab:alpha' }, { action: 'lab:beta' }], { dryRun: true });
  const events = await app.admin.follow(runId);
  const run = await app.admin.read(runId);
  expect(run).toMatchObject({ status: 'SUCCEEDED', dryRun: true });
  expect(run.steps.map(({ plan, verification }) => ({ plan, verification }))).toEqual([
    { plan: ['Would do alpha to Display of ada@contoso.example.'], verification: null },
    { plan: ['Would do beta to Display of ada@contoso.example.'], verification: null },
  ]);
  expect(events.some(({ type }) => type === 'STEP_VERIFYING')).toBe(false);
  expect(app.lab.calls).toEqual([]);
});

test('an effect that shows late is looked for until it is there', async () => {
  let looks = 0;
  app.lab.seen.set('alpha', () => (looks += 1) > 2);
  const runId = await start([{ action: 'lab:alpha' }]);
  await app.admin.follow(runId);
  expect((await app.admin.read(runId)).steps[0]?.verification).toBe('VERIFIED');
  expect(looks).toBe(3);
  expect(app.lab.callsOf('alpha')).toBe(1);
});

test('what an action tells while it works reaches the followers in order', async () => {
  app.lab.behaviours.set('alpha', ({ progress }) => {
    for (const number of [1, 2, 3]) progress(`Sentence ${number}.`);
  });
  const runId = await start([{ action: 'lab:alpha' }]);
  const events = await app.admin.follow(runId);
  expect(events.filter(({ type }) => type === 'STEP_PROGRESS').map(({ message }) => message)).toEqual(['Sentence 1.', 'Sentence 2.', 'Sentence 3.']);
});

test('a run keeps the steps of the revision that it was started from', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  app.lab.behaviours.set('alpha', () => released);
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:beta', connectionId }]);
  const runId = await app.admin.run(playbook.id);
  await app.admin.ask('mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { revision } } }', {
    input: { id: playbook.id, revision: 1, steps: [{ action: 'lab:gamma', connectionId }] },
  });
  release();
  await app.admin.follow(runId);
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['alpha', 'beta']);
  expect((await app.admin.read(runId)).playbookRevision).toBe(1);
});
