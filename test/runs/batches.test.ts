import { ActionError } from '@countermeasure/sdk';
import { entriesOf } from '../audit/support.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const runPlaybookBatch = 'mutation ($input: RunPlaybookBatchInput!) { runPlaybookBatch(input: $input) { batch { id total finished failed } } }';
const TOTALS = 'id total finished succeeded failed denied canceled';

interface Batch {
  readonly id: string;
  readonly total: number;
  readonly finished: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
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

beforeEach(() => {
  app.lab.calls.length = 0;
  app.lab.behaviours.clear();
});

const targetsOf = (count: number) => Array.from({ length: count }, (_target, index) => ({ kind: 'USER', id: `user-${index}@contoso.example` }));
const start = async (targets: readonly object[], more: object = {}): Promise<Batch> => (await app.admin.ask<{ runPlaybookBatch: { batch: Batch } }>(runPlaybookBatch, { input: { playbookId, targets, ...more } })).runPlaybookBatch.batch;
const refusal = (targets: readonly object[], more: object = {}) => app.admin.refusal(runPlaybookBatch, { input: { playbookId, targets, ...more } });
const read = async (id: string): Promise<Batch> => (await app.admin.ask<{ node: Batch }>(`query ($id: ID!) { node(id: $id) { ... on RunBatch { ${TOTALS} } } }`, { id })).node;

test('a batch is a run for each target, and its totals are those of the runs', async () => {
  app.lab.behaviours.set('alpha', ({ target }) => {
    if (target.startsWith('user-1@')) throw new ActionError('BROKEN', 'It is broken.');
  });
  const batch = await start(targetsOf(5), { reason: 'A leaked list' });
  expect(batch).toMatchObject({ total: 5, finished: 0, failed: 0 });
  const over = await until(() => read(batch.id), ({ finished }) => finished === 5);
  expect(over).toEqual({ id: batch.id, total: 5, finished: 5, succeeded: 4, failed: 1, denied: 0, canceled: 0 });
  expect(app.lab.calls.map(({ target }) => target).sort()).toEqual(targetsOf(5).map(({ id }) => id));

  const document = `query ($id: ID!, $batchId: ID!) {
    node(id: $id) { ... on RunBatch { playbook { id } playbookRevision dryRun reason startedBy { __typename } runs(first: 2) { totalCount nodes { batch { id } reason } pageInfo { hasNextPage } } } }
    runs(filter: { batchId: $batchId, status: [FAILED] }) { nodes { target { id } batch { id } } }
  }`;
  expect(await app.admin.ask(document, { id: batch.id, batchId: batch.id })).toEqual({
    node: { playbook: { id: playbookId }, playbookRevision: 1, dryRun: false, reason: 'A leaked list', startedBy: { __typename: 'ApiKey' }, runs: { totalCount: 5, nodes: [0, 1].map(() => ({ batch: { id: batch.id }, reason: 'A leaked list' })), pageInfo: { hasNextPage: true } } },
    runs: { nodes: [{ target: { id: 'user-1@contoso.example' }, batch: { id: batch.id } }] },
  });
});

test('whoever follows one of its runs sees the totals change with it', async () => {
  const batch = await start(targetsOf(1));
  const { node } = await app.admin.ask<{ node: { runs: { nodes: { id: string }[] } } }>('query ($id: ID!) { node(id: $id) { ... on RunBatch { runs { nodes { id } } } } }', { id: batch.id });
  const seen: unknown[] = [];
  for await (const { data } of app.admin.iterate('subscription ($id: ID!) { runProgress(runId: $id) { type run { batch { finished } } } }', { id: node.runs.nodes[0]?.id })) seen.push(data?.['runProgress']);
  expect(seen.at(-1)).toEqual({ type: 'RUN_SUCCEEDED', run: { batch: { finished: 1 } } });
});

test('a batch is one entry of the audit log, which names the number of its targets', async () => {
  const batch = await start(targetsOf(3), { dryRun: true, reason: 'A drill' });
  const entries = await entriesOf(app, batch.id);
  expect(entries.map(({ action, details }) => [action, details])).toEqual([['runPlaybookBatch', { playbookId, playbookName: 'A playbook', revision: 1, targets: 3, dryRun: true, reason: 'A drill' }]]);
  expect((await entriesOf(app)).at(-1)?.subject).toBe(batch.id);
});

test('each of a thousand targets is acted on once', async () => {
  const batch = await start(targetsOf(1_000));
  expect(batch.total).toBe(1_000);
  await until(() => read(batch.id), ({ finished }) => finished === 1_000, 60_000);
  expect(new Set(app.lab.calls.map(({ target }) => target)).size).toBe(1_000);
  expect(app.lab.calls).toHaveLength(1_000);
}, 90_000);

test('a thousand runs, their steps, their events and their jobs are stored by one statement each', async () => {
  await using still = await startTestApp({ runsEngine: false });
  const tenantId = await still.admin.connect();
  const playbook = await still.admin.createPlaybook(['alpha', 'beta', 'gamma', 'careful'].map((name) => ({ action: `lab:${name}`, connectionId: tenantId })));
  await still.admin.ask(runPlaybookBatch, { input: { playbookId: playbook.id, targets: targetsOf(1_000) } });
  // Rows that one statement has put in bear its number within the transaction.
  const count = (table: string) => `select '${table}' as name, count(*)::int as rows, count(distinct (xmin::text, cmin::text))::int as statements from ${table}`;
  const { rows } = await still.database.query(['run', 'run_step', 'run_event', 'graphile_worker._private_jobs'].map(count).join(' union all '));
  expect(rows).toEqual([
    { name: 'run', rows: 1_000, statements: 1 },
    { name: 'run_step', rows: 4_000, statements: 1 },
    { name: 'run_event', rows: 2_000, statements: 1 },
    { name: 'graphile_worker._private_jobs', rows: 1_000, statements: 1 },
  ]);
}, 60_000);

test('the same key answers with the same batch, however close together; another input is refused', async () => {
  const more = { dryRun: true, idempotencyKey: 'batch-1' };
  const batches = await Promise.all(Array.from({ length: 5 }, () => start(targetsOf(20), more)));
  expect(new Set(batches.map(({ id }) => id)).size).toBe(1);
  expect((await read(batches[0]?.id ?? '')).total).toBe(20);
  expect((await refusal(targetsOf(21), more)).extensions.code).toBe('IDEMPOTENCY_CONFLICT');
});

test('what is wrong with a batch is told with its places, and nothing is started', async () => {
  const count = async () => (await app.admin.ask<{ runs: { totalCount: number } }>('{ runs { totalCount } }')).runs.totalCount;
  const before = await count();
  expect((await refusal([])).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'targets'] }] });
  expect((await refusal(targetsOf(1_001))).extensions.code).toBe('BAD_USER_INPUT');
  expect((await refusal([{ id: 'ada@contoso.example' }, { id: 'bob' }, { id: ' ADA@contoso.example' }])).extensions).toMatchObject({
    code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'targets', 2, 'id'], message: 'This target is in the list twice: it is entry 0, too.' }],
  });
  expect((await refusal([{ id: 'ada' }, { id: '' }, { id: 'a\ud800b' }])).extensions.problems?.map(({ path }) => path)).toEqual([['input', 'targets', 1, 'id'], ['input', 'targets', 2, 'id']]);
  expect((await refusal([{ id: 'ada' }, { kind: 'DEVICE', id: 'laptop' }])).extensions.problems).toEqual([{ path: ['input', 'targets', 1, 'kind'], message: 'The step alpha acts on a USER, not on a DEVICE.' }]);
  const inactive = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }], { active: false });
  expect((await refusal(targetsOf(2), { playbookId: inactive.id })).extensions.code).toBe('PRECONDITION_FAILED');
  const careful = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }], { requiresReason: true });
  expect((await refusal(targetsOf(2), { playbookId: careful.id })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'reason'] }] });
  expect((await refusal(targetsOf(2), { playbookId: playbookId.replace(/.$/, (last) => (last === '0' ? '1' : '0')) })).extensions.code).toBe('NOT_FOUND');
  expect(await count()).toBe(before);
});

test('a run that is started by itself begins while a batch has taken all the places that it may', async () => {
  const release = Promise.withResolvers<void>();
  app.lab.behaviours.set('alpha', ({ target }) => (target.startsWith('user-') ? release.promise : undefined));
  const batch = await start(targetsOf(200));
  // Eight of sixteen places; the runs behind them have their jobs, and wait.
  await until(() => Promise.resolve(app.lab.calls.length), (count) => count === 8);
  const single = await app.admin.run(playbookId, { target: { kind: 'USER', id: 'urgent@contoso.example' } });
  const events = await app.admin.follow(single);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(await read(batch.id)).toMatchObject({ total: 200, finished: 0 });
  expect(app.lab.calls.filter(({ target }) => target.startsWith('user-'))).toHaveLength(8);
  const { rows } = await app.database.query(`select distinct priority, flags from graphile_worker._private_jobs jobs where key like 'run:%'`);
  expect(rows).toEqual([{ priority: 10, flags: { batch: true } }]);
  release.resolve();
  await until(() => read(batch.id), ({ finished }) => finished === 200, 30_000);
  expect(app.lab.calls).toHaveLength(201);
}, 60_000);

test('a run of a batch that is woken again stays behind the others', async () => {
  app.lab.behaviours.set('alpha', () => {
    throw new ActionError('BUSY', 'Too much at once.', { retryable: true, retryAfterMs: 3_600_000 });
  });
  const batch = await start(targetsOf(1));
  const single = await app.admin.run(playbookId);
  const jobs = async () => (await app.database.query(`select run.batch_id as batch, jobs.priority from graphile_worker.jobs jobs join run on jobs.key = 'run:' || run.id where jobs.run_at > now() + interval '1 minute' and run.id = any(array[$1] || array(select id from run where batch_id = $2)) order by jobs.priority`, [single, batch.id])).rows;
  expect(await until(jobs, (found) => found.length === 2)).toEqual([{ batch: null, priority: 0 }, { batch: batch.id, priority: 10 }]);
});
