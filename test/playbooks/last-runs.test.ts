import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';

const QUERY = '{ playbooks { nodes { id lastRuns { id status playbook { id } } } } }';

let app: TestApp;

beforeEach(async () => {
  app = await startTestApp({ runsEngine: false });
});

afterEach(() => app[Symbol.asyncDispose]());

async function lastRuns(client: TestClient): Promise<Record<string, string[]>> {
  const { playbooks } = await client.ask<{ playbooks: { nodes: { id: string; lastRuns: { id: string; playbook: { id: string } }[] }[] } }>(QUERY);
  for (const { id, lastRuns: runs } of playbooks.nodes) for (const run of runs) expect(run.playbook.id).toBe(id);
  return Object.fromEntries(playbooks.nodes.map(({ id, lastRuns: runs }) => [id, runs.map((run) => run.id)]));
}

async function runTimes(playbookId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.unshift(await app.admin.run(playbookId, { target: { id: `user-${index}` } }));
  return ids;
}

test('each playbook of a list shows its five newest runs, the newest first; one without runs shows none', async () => {
  const connectionId = await app.admin.connect();
  const [busy, quiet, unused] = await Promise.all([1, 2, 3].map(() => app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }])));
  if (!busy || !quiet || !unused) throw new Error('Three playbooks were made.');
  const busyRuns = await runTimes(busy.id, 7);
  const quietRuns = await runTimes(quiet.id, 2);
  expect(await lastRuns(app.admin)).toEqual({ [busy.id]: busyRuns.slice(0, 5), [quiet.id]: quietRuns, [unused.id]: [] });
});

test('a key with limits sees the newest of the runs that are there for it', async () => {
  const [own, foreign] = [await app.admin.connect(), await app.admin.connect()];
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId: own }]);
  const runs = await runTimes(playbook.id, 3);
  const move = (connectionId: string) => app.admin.ask('mutation ($id: ID!, $connectionId: ID!) { updatePlaybookStep(input: { id: $id, connectionId: $connectionId }) { step { id } } }', { id: playbook.steps[0]?.id, connectionId });
  await move(foreign);
  await runTimes(playbook.id, 6);
  await move(own);
  expect(await lastRuns(await app.limitedClient({ connectionIds: [own] }, 'VIEWER'))).toEqual({ [playbook.id]: runs });
});
