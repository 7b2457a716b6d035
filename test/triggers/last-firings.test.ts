import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';
import { createTrigger, ingest } from '../support/triggers.js';
import { until } from '../support/until.js';

let app: TestApp;

beforeEach(async () => {
  app = await startTestApp();
});

afterEach(() => app[Symbol.asyncDispose]());

interface Row {
  readonly id: string;
  readonly lastFirings: readonly { readonly target: { readonly id: string } | null; readonly playbook: { readonly id: string } | null }[];
}

const triggers = async (client: TestClient): Promise<readonly Row[]> => (await client.ask<{ triggers: { nodes: Row[] } }>('{ triggers { nodes { id lastFirings { target { id } playbook { id } } } } }')).triggers.nodes;

test('each trigger of a list shows its three newest firings, the newest first, and a key with limits only those of its playbooks', async () => {
  const connectionId = await app.admin.connect();
  const [own, foreign] = [await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]), await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }])];
  const { id: busy } = await createTrigger(app, { playbookIds: [own.id] });
  const { id: quiet } = await createTrigger(app, { conditions: [{ field: 'level', matcher: 'IS', values: ['low'] }], playbookIds: [foreign.id] });
  const firingsOf = (rows: readonly Row[], id: string) => rows.find((row) => row.id === id)?.lastFirings.map(({ target }) => target?.id);
  for (const user of ['a', 'b', 'c', 'd']) {
    await ingest(app, [{ id: user, user }]);
    await until(() => triggers(app.admin), (rows) => firingsOf(rows, busy)?.[0] === user);
  }
  const rows = await triggers(app.admin);
  expect(firingsOf(rows, busy)).toEqual(['d', 'c', 'b']);
  expect(firingsOf(rows, quiet)).toEqual([]);
  await ingest(app, [{ id: 'e', user: 'e', level: 'low' }]);
  await until(() => triggers(app.admin), (found) => firingsOf(found, quiet)?.length === 1);
  const seen = await triggers(await app.limitedClient({ playbookIds: [own.id] }, 'VIEWER'));
  expect(seen.flatMap(({ lastFirings }) => lastFirings.map(({ playbook }) => playbook?.id))).toEqual([own.id, own.id, own.id]);
});
