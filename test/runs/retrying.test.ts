import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { NewStep, TestClient } from '../support/test-client.js';

const retryRun = 'mutation ($input: RetryRunInput!) { retryRun(input: $input) { run { id } } }';
const undoRun = 'mutation ($input: UndoRunInput!) { undoRun(input: $input) { run { id } } }';

let app: TestApp;
let connectionId: string;
let isBroken: boolean;

beforeAll(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterAll(() => app[Symbol.asyncDispose]());

beforeEach(() => {
  app.lab.calls.length = 0;
  app.lab.behaviours.clear();
  isBroken = true;
  app.lab.behaviours.set('gamma', () => {
    if (isBroken) throw new ActionError('BROKEN', 'It is broken.');
  });
});

async function start(steps: readonly NewStep[], more: object = {}, playbook: object = {}) {
  const { id } = await app.admin.createPlaybook(steps.map((step) => ({ connectionId, ...step })), playbook);
  return { playbookId: id, runId: await app.admin.run(id, more) };
}

/** A run whose second step has failed. */
async function failed(more: object = {}, playbook: object = {}) {
  const started = await start([{ action: 'lab:alpha' }, { action: 'lab:gamma' }, { action: 'lab:beta', runIf: 'steps.alpha.status == "SUCCEEDED" && steps.alpha.output.done' }], more, playbook);
  await app.admin.follow(started.runId);
  return started;
}

async function retry(runId: string, more: object = {}, client: TestClient = app.admin): Promise<string> {
  return (await client.ask<{ retryRun: { run: { id: string } } }>(retryRun, { input: { runId, ...more } })).retryRun.run.id;
}

const refusal = async (runId: string, more: object = {}) => app.admin.refusal(retryRun, { input: { runId, ...more } });
const statuses = async (runId: string) => (await app.admin.read(runId)).steps.map(({ status }) => status);

test('a retry goes on from the step that failed: what succeeded is not done again, and conditions still see it', async () => {
  const { runId } = await failed({ reason: 'Impossible travel' });
  isBroken = false;
  const retried = await retry(runId);
  const events = await app.admin.follow(retried);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(events[0]?.message).toContain('What is done stays done: alpha.');
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['alpha', 'gamma', 'gamma', 'beta']);
  const { run } = await app.admin.ask<{ run: object }>('query ($id: ID!) { run(id: $id) { reason dryRun playbookRevision target { id displayName } retryOf { id retriedBy { id } retryOf { id } } retriedBy { id } undoes { id } steps { key status output attempts { number } } } }', { id: retried });
  expect(run).toEqual({
    reason: 'Impossible travel', dryRun: false, playbookRevision: 1, target: { id: 'ada@contoso.example', displayName: 'Display of ada@contoso.example' },
    retryOf: { id: runId, retriedBy: { id: retried }, retryOf: null }, retriedBy: null, undoes: null,
    steps: [
      { key: 'alpha', status: 'SUCCEEDED', output: { done: true }, attempts: [] },
      { key: 'gamma', status: 'SUCCEEDED', output: { done: true }, attempts: [{ number: 1 }] },
      { key: 'beta', status: 'SUCCEEDED', output: { done: true }, attempts: [{ number: 1 }] },
    ],
  });
  expect((await app.admin.read(runId)).status).toBe('FAILED');
});

test('a retry carries out the steps of the run, whatever became of the playbook since', async () => {
  const { playbookId, runId } = await failed();
  await app.admin.ask('mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { id } } }', { input: { id: playbookId, revision: 1, steps: [{ action: 'lab:careful', connectionId }] } });
  isBroken = false;
  const retried = await retry(runId);
  await app.admin.follow(retried);
  expect((await app.admin.read(retried)).steps.map(({ key }) => key)).toEqual(['alpha', 'gamma', 'beta']);
  expect((await app.admin.read(retried)).playbookRevision).toBe(1);
});

test('a retry acts on the identity that the run acted on, whoever bears the name by now', async () => {
  const { runId } = await failed();
  isBroken = false;
  // A name that passed on resolves no more to whom it did.
  app.lab.unknownTargets.add('ada@contoso.example');
  const retried = await retry(runId);
  await app.admin.follow(retried);
  app.lab.unknownTargets.clear();
  expect(await app.admin.read(retried)).toMatchObject({ status: 'SUCCEEDED', target: { displayName: 'Display of ada@contoso.example' } });
});

test('steps that were not active stay skipped, and a dry run stays one', async () => {
  app.lab.plans.set('gamma', () => (isBroken ? Promise.reject(new ActionError('BROKEN', 'It is broken.')) : Promise.resolve()));
  const { runId } = await start([{ action: 'lab:alpha', active: false }, { action: 'lab:gamma' }], { dryRun: true });
  await app.admin.follow(runId);
  isBroken = false;
  const retried = await retry(runId);
  await app.admin.follow(retried);
  app.lab.plans.clear();
  expect(await app.admin.read(retried)).toMatchObject({ status: 'SUCCEEDED', dryRun: true });
  expect(await statuses(retried)).toEqual(['SKIPPED', 'SUCCEEDED']);
  expect(app.lab.calls).toEqual([]);
});

test('a retry that failed is retried itself, and again nothing is done twice', async () => {
  const { runId } = await failed();
  const second = await retry(runId);
  await app.admin.follow(second);
  const { extensions } = await refusal(runId);
  expect(extensions).toMatchObject({ code: 'PRECONDITION_FAILED', problems: [{ path: ['input', 'runId'], message: `${second} is its retry, and is FAILED: retry that one.` }] });
  isBroken = false;
  const third = await retry(second);
  await app.admin.follow(third);
  expect(await statuses(third)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(app.lab.callsOf('alpha')).toBe(1);
});

test('of ten at the same instant one is started; those with its key are answered with it', async () => {
  const { runId } = await failed();
  const answers = await Promise.all(Array.from({ length: 10 }, () => app.admin.send<{ retryRun: { run: { id: string } } }>(retryRun, { input: { runId } })));
  expect(answers.filter(({ data }) => data?.retryRun)).toHaveLength(1);
  expect(answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual(Array.from({ length: 9 }, () => 'PRECONDITION_FAILED'));
  const { runId: other } = await failed();
  const ids = await Promise.all(Array.from({ length: 10 }, () => retry(other, { idempotencyKey: `retry-${other}` })));
  expect(new Set(ids).size).toBe(1);
  expect((await refusal(other, { idempotencyKey: `retry-${other}`, reason: 'Another' })).extensions.code).toBe('IDEMPOTENCY_CONFLICT');
});

test('a run that succeeded, is under way, or was undone is not retried', async () => {
  isBroken = false;
  const { runId: done } = await failed();
  expect((await refusal(done)).extensions).toMatchObject({ code: 'PRECONDITION_FAILED', problems: [{ message: 'it is SUCCEEDED.' }] });
  isBroken = true;
  const { runId: undone } = await failed();
  const { undoRun: undo } = await app.admin.ask<{ undoRun: { run: { id: string } } }>(undoRun, { input: { runId: undone } });
  await app.admin.follow(undo.run.id);
  expect((await refusal(undone)).message).toContain(`${undo.run.id} took it back`);

  let go: () => void = () => undefined;
  app.lab.behaviours.set('alpha', () => new Promise<void>((resolve) => (go = resolve)));
  const { runId } = await start([{ action: 'lab:alpha' }]);
  await app.admin.follow(runId, 0, ({ type }) => type === 'STEP_STARTED');
  expect((await refusal(runId)).message).toContain('it is RUNNING: wait for its end, or cancel it first.');
  go();
});

test('a run that was canceled or denied is retried, and whoever had to approve is asked again', async () => {
  const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] };
  const { runId } = await start([{ action: 'lab:alpha' }, { action: 'lab:beta', approval }]);
  await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING');
  await app.admin.ask('mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { id } } }', { input: { runId } });
  const retried = await retry(runId);
  await app.admin.follow(retried, 0, ({ type }) => type === 'RUN_WAITING');
  const { run } = await app.admin.ask<{ run: { steps: { approval: { id: string } | null }[] } }>('query ($id: ID!) { run(id: $id) { steps { approval { id } } } }', { id: retried });
  const approver = await app.clientWith('APPROVER');
  await approver.ask('mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id } } }', { input: { approvalId: run.steps[1]?.approval?.id, decision: 'DENY' } });
  await app.admin.follow(retried);
  expect((await app.admin.read(retried)).status).toBe('DENIED');
  const again = await retry(retried);
  await app.admin.follow(again, 0, ({ type }) => type === 'RUN_WAITING');
  expect(app.lab.calls.map(({ action }) => action)).toEqual(['alpha']);
});

test('what is left of a playbook that is not active any more, or was deleted, is not carried out', async () => {
  const { playbookId, runId } = await failed();
  await app.admin.ask('mutation ($input: UpdatePlaybookInput!) { updatePlaybook(input: $input) { playbook { id } } }', { input: { id: playbookId, revision: 1, active: false } });
  expect((await refusal(runId)).extensions).toMatchObject({ code: 'PRECONDITION_FAILED', problems: [{ path: ['input', 'runId'] }] });
  await app.admin.ask('mutation ($input: DeletePlaybookInput!) { deletePlaybook(input: $input) { playbook { id } } }', { input: { id: playbookId } });
  expect((await refusal(runId)).message).toContain('was deleted');
  expect(app.lab.callsOf('gamma')).toBe(1);
});

test('a step whose call may have taken effect is looked at before it is done again', async () => {
  let sees = false;
  app.lab.seen.set('careful', () => sees);
  app.lab.behaviours.set('careful', () => {
    throw new ActionError('CUT', 'The connection was cut.', { outcomeUnknown: true });
  });
  const { runId } = await start([{ action: 'lab:careful' }]);
  await app.admin.follow(runId);
  sees = true;
  const retried = await retry(runId);
  await app.admin.follow(retried);
  app.lab.seen.clear();
  expect(await app.admin.read(retried)).toMatchObject({ status: 'SUCCEEDED', steps: [{ verification: 'VERIFIED' }] });
  expect(app.lab.callsOf('careful')).toBe(1);
});

test('ids of other things, of nothing, and texts that cannot be kept are refused', async () => {
  const { runId } = await failed();
  expect((await refusal('run_1')).extensions.code).toBe('BAD_USER_INPUT');
  expect((await refusal(runId.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).extensions.code).toBe('NOT_FOUND');
  expect((await refusal(runId, { reason: 'a\u0000b' })).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'reason'] }] });
  expect((await refusal(runId, { idempotencyKey: '' })).extensions.code).toBe('BAD_USER_INPUT');
});
