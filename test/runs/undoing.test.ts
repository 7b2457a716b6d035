import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { NewStep } from '../support/test-client.js';

const undoRun = 'mutation ($input: UndoRunInput!) { undoRun(input: $input) { run { id } notUndone { step { key } reason } } }';
const decide = 'mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id } } }';

interface Undo {
  readonly run: { readonly id: string };
  readonly notUndone: readonly { readonly step: { readonly key: string }; readonly reason: string }[];
}

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
});

async function done(steps: readonly NewStep[], more: object = {}, playbook: object = {}) {
  const { id } = await app.admin.createPlaybook(steps.map((step) => ({ connectionId, ...step })), playbook);
  const runId = await app.admin.run(id, more);
  await app.admin.follow(runId);
  return { playbookId: id, runId };
}

const undo = async (runId: string, more: object = {}): Promise<Undo> => (await app.admin.ask<{ undoRun: Undo }>(undoRun, { input: { runId, ...more } })).undoRun;
const refusal = (runId: string, more: object = {}) => app.admin.refusal(undoRun, { input: { runId, ...more } });
const actions = () => app.lab.calls.map(({ action, target }) => `${action} ${target}`);

test('the inverse actions are done in reverse order on the same identity, and what has no inverse is told', async () => {
  const { runId } = await done([{ key: 'first', action: 'lab:alpha', input: { note: 'one' } }, { key: 'kept', action: 'lab:gamma' }, { key: 'last', action: 'lab:alpha' }]);
  app.lab.calls.length = 0;
  app.lab.unknownTargets.add('ada@contoso.example');
  const { run, notUndone } = await undo(runId, { reason: 'A false alarm' });
  const events = await app.admin.follow(run.id);
  app.lab.unknownTargets.clear();
  expect(notUndone).toEqual([{ step: { key: 'kept' }, reason: '"Do gamma" has no inverse: it cannot be undone.' }]);
  expect(events[0]?.message).toContain('kept is not undone');
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(actions()).toEqual(['beta ada@contoso.example', 'beta ada@contoso.example']);
  const { run: read } = await app.admin.ask<{ run: object }>('query ($id: ID!) { run(id: $id) { reason undoes { id undoneBy { id } } undoneBy { id } retryOf { id } steps { key input action { id } status } } }', { id: run.id });
  expect(read).toEqual({
    reason: 'A false alarm', undoes: { id: runId, undoneBy: { id: run.id } }, undoneBy: null, retryOf: null,
    steps: [
      { key: 'undo-last', input: { note: '' }, action: { id: 'lab:beta' }, status: 'SUCCEEDED' },
      { key: 'undo-first', input: { note: 'one' }, action: { id: 'lab:beta' }, status: 'SUCCEEDED' },
    ],
  });
});

test('a run is undone once: at the same instant, while it is being undone, and afterwards', async () => {
  const { runId } = await done([{ action: 'lab:alpha' }]);
  let go: () => void = () => undefined;
  app.lab.behaviours.set('beta', () => new Promise<void>((resolve) => (go = resolve)));
  const answers = await Promise.all(Array.from({ length: 10 }, () => app.admin.send<{ undoRun: Undo }>(undoRun, { input: { runId } })));
  const [started] = answers.flatMap(({ data }) => data?.undoRun ?? []);
  expect(answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual(Array.from({ length: 9 }, () => 'PRECONDITION_FAILED'));
  const undoId = started?.run.id ?? '';
  await app.admin.follow(undoId, 0, ({ type }) => type === 'STEP_STARTED');
  expect((await refusal(runId)).message).toBe(`The run is being undone: ${undoId} is RUNNING.`);
  go();
  await app.admin.follow(undoId);
  expect((await refusal(runId)).message).toBe(`The run was undone: ${undoId} is SUCCEEDED.`);
  expect(app.lab.callsOf('beta')).toBe(1);
});

test('the same key answers with the same undo and the same steps that it leaves', async () => {
  const { runId } = await done([{ action: 'lab:alpha' }, { action: 'lab:delicate' }]);
  const first = await undo(runId, { idempotencyKey: 'undo-1' });
  await app.admin.follow(first.run.id);
  expect(await undo(runId, { idempotencyKey: 'undo-1' })).toEqual(first);
  expect(first.notUndone).toHaveLength(1);
});

test('an undo that failed halfway is undone again from there, or retried', async () => {
  let isBroken = true;
  app.lab.behaviours.set('beta', ({ attempt }) => {
    if (isBroken && attempt > 1) throw new ActionError('BROKEN', 'It is broken.');
  });
  const twoSteps = [{ key: 'first', action: 'lab:alpha' }, { key: 'last', action: 'lab:alpha' }];
  const { runId } = await done(twoSteps);
  const half = await undo(runId);
  await app.admin.follow(half.run.id);
  expect((await app.admin.read(half.run.id)).status).toBe('FAILED');
  isBroken = false;
  const rest = await undo(runId);
  await app.admin.follow(rest.run.id);
  expect((await app.admin.read(rest.run.id)).steps.map(({ key, status }) => `${key} ${status}`)).toEqual(['undo-first SUCCEEDED']);
  const retryRun = 'mutation ($input: RetryRunInput!) { retryRun(input: $input) { run { id undoes { id } } } }';
  expect((await app.admin.refusal(retryRun, { input: { runId: half.run.id } })).message).toContain('The run was undone');

  isBroken = true;
  const { runId: other } = await done(twoSteps);
  const failed = await undo(other);
  await app.admin.follow(failed.run.id);
  isBroken = false;
  const { retryRun: retried } = await app.admin.ask<{ retryRun: { run: { id: string; undoes: { id: string } } } }>(retryRun, { input: { runId: failed.run.id } });
  expect(retried.run.undoes.id).toBe(other);
  await app.admin.follow(retried.run.id);
  expect((await refusal(other)).message).toContain('The run was undone');
});

test('only what succeeded and changed something is undone', async () => {
  app.lab.behaviours.set('gamma', () => {
    throw new ActionError('BROKEN', 'It is broken.');
  });
  const { runId } = await done([{ key: 'done', action: 'lab:alpha' }, { key: 'failed', action: 'lab:gamma', onFailure: 'CONTINUE' }, { key: 'never', action: 'lab:alpha', runIf: 'false' }, { key: 'off', action: 'lab:alpha', active: false }]);
  const { run, notUndone } = await undo(runId);
  await app.admin.follow(run.id);
  expect((await app.admin.read(run.id)).steps.map(({ key }) => key)).toEqual(['undo-done']);
  expect(notUndone).toEqual([{ step: { key: 'failed' }, reason: 'It is FAILED, so nothing of it is undone: look at the provider whether it took effect.' }]);
});

test('what changed nothing is left alone: an account that was suspended before stays suspended', async () => {
  app.lab.hasNothingToDo.add('alpha');
  const { runId } = await done([{ action: 'lab:alpha' }]);
  app.lab.hasNothingToDo.clear();
  const { extensions } = await refusal(runId);
  expect(extensions).toEqual(expect.objectContaining({ code: 'PRECONDITION_FAILED', problems: [{ path: ['input', 'runId', 'alpha'], message: 'alpha: It changed nothing: everything was already as it should be.' }] }));
});

test('dry runs and runs under way are not undone', async () => {
  const { runId: dry } = await done([{ action: 'lab:alpha' }], { dryRun: true });
  expect((await refusal(dry)).message).toBe('There is nothing to undo: a dry run changes nothing.');
  let go: () => void = () => undefined;
  app.lab.behaviours.set('gamma', () => new Promise<void>((resolve) => (go = resolve)));
  const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:gamma', connectionId }]);
  const runId = await app.admin.run(id);
  await app.admin.follow(runId, 0, ({ type, step }) => type === 'STEP_STARTED' && step?.key === 'gamma');
  expect((await refusal(runId)).extensions.code).toBe('PRECONDITION_FAILED');
  go();
});

test('whoever had to approve a step has to approve its undo', async () => {
  const approver = await app.clientWith('APPROVER');
  const approval = { contacts: [{ channel: 'EMAIL', address: 'grace@contoso.example' }] };
  const { id } = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, approval }]);
  const approve = async (runId: string): Promise<void> => {
    await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING');
    const { run } = await app.admin.ask<{ run: { steps: { approval: { id: string } }[] } }>('query ($id: ID!) { run(id: $id) { steps { approval { id } } } }', { id: runId });
    const input = { approvalId: run.steps[0]?.approval.id, decision: 'APPROVE' };
    expect((await app.admin.refusal(decide, { input })).message).toContain('started');
    await approver.ask(decide, { input });
    await app.admin.follow(runId);
  };
  const runId = await app.admin.run(id);
  await approve(runId);
  const { run } = await undo(runId);
  await approve(run.id);
  expect(actions()).toEqual(['alpha ada@contoso.example', 'beta ada@contoso.example']);
});

test('a target that is protected by now is not touched by an undo either', async () => {
  const { runId } = await done([{ action: 'lab:alpha' }]);
  const protect = 'mutation ($input: UpdateGuardrailsInput!) { updateGuardrails(input: $input) { guardrails { paused } } }';
  await app.admin.ask(protect, { input: { protectedTargets: [{ kind: 'USER', id: 'ada@contoso.example', reason: 'For emergencies.' }] } });
  const { run } = await undo(runId);
  await app.admin.follow(run.id);
  await app.admin.ask(protect, { input: { protectedTargets: [] } });
  expect((await app.admin.read(run.id)).steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'TARGET_PROTECTED' } });
  expect(app.lab.callsOf('beta')).toBe(0);
});

test('a playbook that is deleted does not stand in the way; one that demands a reason demands it here, too', async () => {
  const { playbookId, runId } = await done([{ action: 'lab:alpha' }], { reason: 'INC-7' }, { requiresReason: true });
  await app.admin.ask('mutation ($input: DeletePlaybookInput!) { deletePlaybook(input: $input) { playbook { id } } }', { input: { id: playbookId } });
  expect((await refusal(runId)).extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path: ['input', 'reason'] }] });
  const { run } = await undo(runId, { reason: 'A false alarm' });
  expect((await app.admin.follow(run.id)).at(-1)?.type).toBe('RUN_SUCCEEDED');
});

test('a retry is undone for what it did itself; the rest is told to stand with the run before', async () => {
  app.lab.behaviours.set('gamma', ({ attempt }) => {
    if (attempt === 1) throw new ActionError('BROKEN', 'It is broken.');
  });
  const { runId } = await done([{ key: 'first', action: 'lab:alpha' }, { action: 'lab:gamma' }, { key: 'last', action: 'lab:alpha' }]);
  const { retryRun } = await app.admin.ask<{ retryRun: { run: { id: string } } }>('mutation ($id: ID!) { retryRun(input: { runId: $id }) { run { id } } }', { id: runId });
  await app.admin.follow(retryRun.run.id);
  const { run, notUndone } = await undo(retryRun.run.id);
  await app.admin.follow(run.id);
  expect((await app.admin.read(run.id)).steps.map(({ key }) => key)).toEqual(['undo-last']);
  expect(notUndone.map(({ step }) => step.key)).toEqual(['first', 'gamma']);
  const rest = await undo(runId);
  await app.admin.follow(rest.run.id);
  expect(app.lab.callsOf('beta')).toBe(2);
});
