import { ActionError } from '@countermeasure/sdk';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { NewStep } from '../support/test-client.js';

const QUICKLY = { maxAttempts: 3, backoff: 'PT0.02S', maxBackoff: 'PT0.05S' };

let app: TestApp;
let connectionId: string;

beforeEach(async () => {
  app = await startTestApp();
  connectionId = await app.admin.connect();
});

afterEach(() => app[Symbol.asyncDispose]());

async function runToTheEnd(steps: readonly NewStep[], more: object = {}) {
  const playbook = await app.admin.createPlaybook(steps.map((step) => ({ connectionId, ...step })));
  const runId = await app.admin.run(playbook.id, more);
  const events = await app.admin.follow(runId);
  return { run: await app.admin.read(runId), events, types: events.map(({ type, step }) => (step ? `${type} ${step.key}` : type)) };
}

test('a failure that may pass is tried again until it passes', async () => {
  app.lab.behaviours.set('alpha', ({ attempt }) => {
    if (attempt < 3) throw new ActionError('BUSY', 'Busy.', { retryable: true });
  });
  const { run, types } = await runToTheEnd([{ action: 'lab:alpha', retry: QUICKLY }]);
  expect(run.status).toBe('SUCCEEDED');
  expect(run.steps[0]?.attempts.map(({ number, error }) => [number, error?.code])).toEqual([[1, 'BUSY'], [2, 'BUSY'], [3, undefined]]);
  expect(types.filter((type) => type === 'STEP_RETRY_SCHEDULED alpha')).toHaveLength(2);
  expect(app.lab.callsOf('alpha')).toBe(3);
});

test('every attempt of a step carries the same idempotency key, and two steps never share one', async () => {
  app.lab.behaviours.set('alpha', ({ attempt }) => {
    if (attempt < 2) throw new ActionError('BUSY', 'Busy.', { retryable: true });
  });
  await runToTheEnd([{ action: 'lab:alpha', retry: QUICKLY }, { action: 'lab:beta' }]);
  const [first, second, other] = app.lab.calls.map(({ idempotencyKey }) => idempotencyKey);
  expect(second).toBe(first);
  expect(other).not.toBe(first);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});

test('the tries end at maxAttempts, and the step says why and what a person can do', async () => {
  app.lab.behaviours.set('alpha', () => {
    throw new ActionError('BUSY', 'Busy.', { retryable: true, remedy: 'Wait for the night.', providerRequestId: 'req-7' });
  });
  const { run } = await runToTheEnd([{ action: 'lab:alpha', retry: QUICKLY }]);
  expect(run.status).toBe('FAILED');
  expect(run.steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'BUSY', message: 'Busy.', remedy: 'Wait for the night.' } });
  expect(app.lab.callsOf('alpha')).toBe(3);
});

test('a failure that cannot pass is not tried again', async () => {
  app.lab.behaviours.set('alpha', () => {
    throw new ActionError('REFUSED', 'No.');
  });
  const { run } = await runToTheEnd([{ action: 'lab:alpha', retry: QUICKLY }]);
  expect(run.steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'REFUSED' } });
  expect(app.lab.callsOf('alpha')).toBe(1);
});

test('the provider\'s Retry-After is never undercut', async () => {
  app.lab.behaviours.set('alpha', ({ attempt }) => {
    if (attempt === 1) throw new ActionError('THROTTLED', 'Slow down.', { retryable: true, retryAfterMs: 1_200 });
  });
  const playbook = await app.admin.createPlaybook([{ action: 'lab:alpha', connectionId, retry: QUICKLY }]);
  const runId = await app.admin.run(playbook.id);
  await app.admin.follow(runId, 0, ({ type }) => type === 'STEP_RETRY_SCHEDULED');
  const waiting = await app.admin.read(runId);
  const failedAt = waiting.steps[0]?.attempts[0]?.finishedAt ?? '';
  expect(Date.parse(waiting.steps[0]?.nextAttemptAt ?? '') - Date.parse(failedAt)).toBeGreaterThanOrEqual(1_200);
  await app.admin.follow(runId);
  const { attempts } = (await app.admin.read<{ steps: { attempts: { startedAt: string }[] }[] }>(runId)).steps[0] ?? { attempts: [] };
  expect(attempts).toHaveLength(2);
  expect(app.lab.callsOf('alpha')).toBe(2);
});

test('a fault of the plugin fails the step without telling its inside', async () => {
  app.lab.behaviours.set('alpha', () => {
    throw new TypeError('secret internals of the plugin');
  });
  const { run } = await runToTheEnd([{ action: 'lab:alpha', retry: QUICKLY }]);
  expect(run.steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'INTERNAL_ERROR', retryable: false } });
  expect(JSON.stringify(run)).not.toContain('secret internals');
});

test('a step that takes longer than its timeout is aborted and tried again', async () => {
  const aborted: unknown[] = [];
  app.lab.behaviours.set('alpha', ({ attempt, signal }) => {
    if (attempt > 1) return;
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => {
      aborted.push(signal.reason);
      reject(new Error('aborted'));
    }));
  });
  const { run } = await runToTheEnd([{ action: 'lab:alpha', timeout: 'PT0.2S', retry: QUICKLY }]);
  expect(run.status).toBe('SUCCEEDED');
  expect(run.steps[0]?.attempts[0]?.error?.code).toBe('TIMEOUT');
  expect(aborted).toHaveLength(1);
});

test('a plugin that ignores its signal does not hold the step past its timeout', async () => {
  app.lab.behaviours.set('alpha', ({ attempt }) => (attempt === 1 ? new Promise(() => undefined) : undefined));
  const { run } = await runToTheEnd([{ action: 'lab:alpha', timeout: 'PT0.2S', retry: QUICKLY }]);
  expect(run.status).toBe('SUCCEEDED');
});

test('a call that timed out and can be read back is not made again when its effect is there', async () => {
  app.lab.behaviours.set('careful', ({ attempt }) => (attempt === 1 ? new Promise(() => undefined) : undefined));
  const { run } = await runToTheEnd([{ action: 'lab:careful', timeout: 'PT0.2S', retry: QUICKLY }]);
  expect(run.steps[0]).toMatchObject({ status: 'SUCCEEDED', verification: 'VERIFIED' });
  expect(app.lab.callsOf('careful')).toBe(1);
});

test('a call that timed out and can be read back is made again when its effect is not there', async () => {
  app.lab.seen.set('careful', () => app.lab.callsOf('careful') > 1);
  app.lab.behaviours.set('careful', ({ attempt }) => (attempt === 1 ? new Promise(() => undefined) : undefined));
  const { run } = await runToTheEnd([{ action: 'lab:careful', timeout: 'PT0.2S', retry: QUICKLY }]);
  expect(run.status).toBe('SUCCEEDED');
  expect(app.lab.callsOf('careful')).toBe(2);
});

test('a call whose outcome nobody can tell waits for a person, who lets it be tried again', async () => {
  app.lab.behaviours.set('delicate', ({ attempt }) => (attempt === 1 ? new Promise(() => undefined) : undefined));
  const playbook = await app.admin.createPlaybook([{ action: 'lab:delicate', connectionId, timeout: 'PT0.2S' }, { action: 'lab:alpha', connectionId }]);
  const runId = await app.admin.run(playbook.id);
  await app.admin.follow(runId, 0, ({ type }) => type === 'RUN_WAITING');
  const waiting = await app.admin.read(runId);
  expect(waiting).toMatchObject({ status: 'NEEDS_REVIEW', steps: [{ status: 'NEEDS_REVIEW', error: { remedy: expect.stringContaining('resolve the review') } }, { status: 'PENDING' }] });

  const resolve = 'mutation ($input: ResolveReviewInput!) { resolveReview(input: $input) { step { status } run { id } } }';
  const input = { runStepId: waiting.steps[0]?.id, resolution: 'RETRY', comment: 'Not there.' };
  const { resolveReview } = await app.admin.ask<{ resolveReview: { run: { id: string } } }>(resolve, { input });
  expect(resolveReview.run.id).toBe(runId);
  const events = await app.admin.follow(runId);
  expect(events.at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(app.lab.callsOf('delicate')).toBe(2);
  expect((await app.admin.refusal(resolve, { input })).extensions.code).toBe('PRECONDITION_FAILED');
});

test('with onFailure STOP nothing more is started, and what has not started is skipped', async () => {
  app.lab.behaviours.set('alpha', () => {
    throw new ActionError('REFUSED', 'No.');
  });
  const { run, types } = await runToTheEnd([{ action: 'lab:alpha' }, { action: 'lab:beta' }, { action: 'lab:gamma' }]);
  expect(run.status).toBe('FAILED');
  expect(run.steps.map(({ status }) => status)).toEqual(['FAILED', 'SKIPPED', 'SKIPPED']);
  expect(types.slice(-3)).toEqual(['STEP_SKIPPED beta', 'STEP_SKIPPED gamma', 'RUN_FAILED']);
  expect(app.lab.callsOf('beta')).toBe(0);
});

test('with onFailure CONTINUE the next steps run, and the run has failed all the same', async () => {
  app.lab.behaviours.set('alpha', () => {
    throw new ActionError('REFUSED', 'No.');
  });
  const { run } = await runToTheEnd([{ action: 'lab:alpha', onFailure: 'CONTINUE' }, { action: 'lab:beta' }]);
  expect(run.steps.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  expect(run.status).toBe('FAILED');
});

test('an unknown target fails the step before anything is done', async () => {
  app.lab.unknownTargets.add('ada@contoso.example');
  const { run } = await runToTheEnd([{ action: 'lab:alpha' }]);
  expect(run.steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'TARGET_NOT_FOUND', remedy: 'Check the spelling.' } });
  expect(app.lab.calls).toEqual([]);
});
