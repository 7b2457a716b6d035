import { setTimeout as delay } from 'node:timers/promises';
import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestClient } from '../support/test-client.js';

interface Told {
  readonly id: string;
  readonly status: string;
  readonly batch: { readonly finished: number; readonly failed: number } | null;
}

let app: TestApp;
let connectionId: string;
let playbookId: string;

beforeAll(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
  ({ id: playbookId } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]));
});

afterAll(() => app[Symbol.asyncDispose]());

/** Listens until `isEnough`; `begin` is called once the subscription is sure to be there, which its first answer tells. */
async function listen(client: TestClient, filter: object, begin: () => Promise<unknown>, isEnough: (told: readonly Told[]) => boolean): Promise<Told[]> {
  const told: Told[] = [];
  let isThere = false;
  const knock = async (): Promise<void> => {
    while (!isThere) await app.admin.run(playbookId, { target: { id: 'knock@contoso.example' }, dryRun: true });
  };
  const knocking = knock();
  for await (const { data, errors } of client.iterate('subscription ($filter: RunFilter) { runActivity(filter: $filter) { id status target { id } batch { finished failed } } }', { filter })) {
    if (!data) throw new Error(JSON.stringify(errors));
    const run = data['runActivity'] as Told & { target: { id: string } };
    if (!isThere) {
      isThere = true;
      await knocking;
      await begin();
    }
    if (run.target.id !== 'knock@contoso.example') told.push(run);
    if (isEnough(told)) break;
  }
  isThere = true;
  return told;
}

const isFinal = ({ status }: Told): boolean => ['SUCCEEDED', 'FAILED', 'CANCELED', 'DENIED'].includes(status);

test('every run is told as its state changes, to its end, and each state once', async () => {
  const told = await listen(app.admin, { dryRun: null }, () => app.admin.run(playbookId), (runs) => runs.some(isFinal));
  const statuses = told.map(({ status }) => status);
  expect(statuses.at(-1)).toBe('SUCCEEDED');
  expect(new Set(statuses).size).toBe(statuses.length);
});

test('a batch is told as it goes on, with its totals', async () => {
  app.lab.behaviours.set('alpha', ({ target }) => {
    if (target.startsWith('user-3@')) throw new ActionError('BROKEN', 'It is broken.');
  });
  const targets = Array.from({ length: 30 }, (_target, index) => ({ id: `user-${index}@contoso.example` }));
  const begin = () => app.admin.ask('mutation ($input: RunPlaybookBatchInput!) { runPlaybookBatch(input: $input) { batch { id } } }', { input: { playbookId, targets } });
  const told = await listen(app.admin, {}, begin, (runs) => runs.filter(isFinal).length === 30);
  app.lab.behaviours.clear();
  expect(new Set(told.filter(isFinal).map(({ id }) => id)).size).toBe(30);
  expect(told.at(-1)?.batch).toEqual({ finished: 30, failed: 1 });
});

test('only runs that match are told, and only those within the limits of a key', async () => {
  const other = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }]);
  const limited = await app.limitedClient({ playbookIds: [playbookId] }, 'VIEWER');
  const begin = async () => {
    await app.admin.follow(await app.admin.run(other.id));
    await app.admin.run(playbookId);
  };
  const seen = await listen(limited, {}, begin, (runs) => runs.some(isFinal));
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
  const finals = await listen(app.admin, { status: ['SUCCEEDED'] }, begin, (runs) => runs.length === 2);
  expect(finals.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
});

test('what was never told between processes is found all the same', async () => {
  await using still = await startTestApp({ runsEngine: false });
  const tenantId = await still.admin.connect();
  const playbook = await still.admin.createPlaybook([{ action: 'lab:alpha', connectionId: tenantId }]);
  const runId = await still.admin.run(playbook.id);
  const results = still.admin.iterate('subscription { runActivity { id status } }');
  const first = results.next();
  // The row changes behind the service's back, as if the hint of another process had been lost; again, for it may have been before the subscription was there.
  let isTold = false;
  void first.then(() => (isTold = true));
  for (let turn = 0; !isTold; turn += 1) {
    await still.database.query(`update run set status = $2 where id = $1`, [runId, turn % 2 === 0 ? 'RUNNING' : 'QUEUED']);
    await Promise.race([first, delay(6_000)]);
  }
  expect((await first).value).toMatchObject({ data: { runActivity: { id: runId } } });
  await results.return(undefined);
});

test('a filter that names nothing is refused', async () => {
  const results = app.admin.iterate('subscription { runActivity(filter: { playbookId: "x" }) { id } }');
  const { value } = await results.next().catch((error: unknown) => ({ value: { errors: error } }));
  await results.return(undefined);
  expect(JSON.stringify(value)).toContain('BAD_USER_INPUT');
});
