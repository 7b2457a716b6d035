import { startTestApp } from '../support/test-app.js';

test('a playbook runs step by step, and its follower sees every event in sequence until the end', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([
    { action: 'lab:alpha', connectionId },
    { action: 'lab:beta', connectionId },
  ]);

  const runId = await app.admin.run(playbook.id);
  const events = await app.admin.follow(runId);

  expect(events.map(({ type }) => type)).toEqual([
    'RUN_QUEUED', 'STEP_QUEUED', 'RUN_STARTED', 'STEP_STARTED', 'STEP_VERIFYING', 'STEP_SUCCEEDED',
    'STEP_QUEUED', 'STEP_STARTED', 'STEP_VERIFYING', 'STEP_SUCCEEDED', 'RUN_SUCCEEDED',
  ]);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
  const run = await app.admin.read(runId);
  expect(run).toMatchObject({ status: 'SUCCEEDED', target: { id: 'ada@contoso.example', displayName: 'Display of ada@contoso.example' } });
  expect(run.steps.map(({ status, verification, output }) => ({ status, verification, output }))).toEqual([
    { status: 'SUCCEEDED', verification: 'VERIFIED', output: { done: true } },
    { status: 'SUCCEEDED', verification: 'VERIFIED', output: { done: true } },
  ]);
  expect(run.events).toEqual(events);
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['alpha', 'beta']);
});
