import { startTestApp } from '../support/test-app.js';

const RUNS = 200;

test('200 runs started at once all finish, and every step of each is called exactly once', async () => {
  await using app = await startTestApp();
  const connectionId = await app.admin.connect();
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:beta', connectionId }]);

  const runIds = await Promise.all(Array.from({ length: RUNS }, (_run, index) => app.admin.run(playbook.id, { target: { kind: 'USER', id: `user-${index}` } })));
  const ends = await Promise.all(runIds.map((runId) => app.admin.follow(runId, 0)));

  for (const events of ends) {
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_event, index) => index + 1));
    expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  }
  const calls = app.lab.calls.map(({ action, target }) => `${action} ${target}`);
  expect(calls).toHaveLength(2 * RUNS);
  expect(new Set(calls).size).toBe(2 * RUNS);
});
