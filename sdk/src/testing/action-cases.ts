import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { isActionError, type ActionError } from '../action-error.js';
import type { Action } from '../action.js';
import type { Plugin } from '../plugin.js';
import type { ContractCase } from './contract-case.js';
import type { PluginFixtures } from './fixtures.js';
import type { Fault } from './imitation.js';
import { Trial } from './trial.js';

/** An action that does not heed its signal for so long does not heed it. */
const ABORT_WITHIN_MS = 2_000;

const FAULTS: readonly { readonly name: string; readonly fault: Fault; readonly retryable: boolean; readonly retryAfterMs?: number }[] = [
  { name: '403 is an ActionError that is not retryable', fault: { status: 403 }, retryable: false },
  { name: '404 is an ActionError that is not retryable', fault: { status: 404 }, retryable: false },
  { name: '429 is a retryable ActionError that passes Retry-After on', fault: { status: 429, headers: { 'retry-after': '7' } }, retryable: true, retryAfterMs: 7_000 },
  { name: '503 is a retryable ActionError that passes Retry-After on', fault: { status: 503, headers: { 'retry-after': '7' } }, retryable: true, retryAfterMs: 7_000 },
  { name: 'a connection that breaks is a retryable ActionError', fault: 'RESET', retryable: true },
];

/** What every action must keep to. */
export function actionCases(plugin: Plugin, action: Action, fixtures: PluginFixtures): ContractCase[] {
  const tried = (name: string, work: (trial: Trial) => Promise<void>): ContractCase => ({
    name: `${action.name}: ${name}`,
    run: () => Trial.of(plugin, action, fixtures, work),
  });
  return [
    tried('plan only reads', async (trial) => {
      await trial.plan();
      assert.deepEqual(trial.imitation.writes().map(({ method, path }) => `${method} ${path}`), []);
    }),
    tried('run returns what its output declares, and verify sees the effect', async (trial) => {
      const output = await trial.run();
      assert.equal(action.output.safeParse(output).error?.message, undefined);
      assert.notEqual(await trial.verify(output), false, 'verify() does not see what run() did');
    }),
    ...(action.idempotent ? [tried('running it twice does no harm', runTwice)] : []),
    tried('it does nothing when it is aborted before it begins', abortedBefore),
    tried('it ends when it is aborted in the middle', abortedInTheMiddle),
    ...FAULTS.map(({ name, fault, ...expected }) => tried(name, (trial) => failsAs(trial, fault, expected))),
    tried('no secret is seen in results, errors, progress or logs', (trial) => keepsSecrets(trial, fixtures.secrets)),
  ];
}

async function runTwice(trial: Trial): Promise<void> {
  await trial.run();
  const output = await trial.run();
  assert.notEqual(await trial.verify(output), false, 'after the second run, verify() does not see the effect');
}

async function abortedBefore(trial: Trial): Promise<void> {
  await assert.rejects(trial.run(AbortSignal.abort(new Error('Aborted by the contract.'))));
  assert.deepEqual(trial.imitation.writes(), []);
}

async function abortedInTheMiddle(trial: Trial): Promise<void> {
  trial.imitation.fault = 'SILENCE';
  const aborting = new AbortController();
  const running = trial.run(aborting.signal).then(() => 'done', () => 'ended');
  setTimeout(() => aborting.abort(new Error('Aborted by the contract.')), 50);
  const late = new AbortController();
  const outcome = await Promise.race([running, delay(ABORT_WITHIN_MS, 'still running', { signal: late.signal })]);
  late.abort();
  assert.equal(outcome, 'ended', `the action did not end within ${ABORT_WITHIN_MS} ms of the abort`);
}

async function failsAs(trial: Trial, fault: Fault, expected: { readonly retryable: boolean; readonly retryAfterMs?: number }): Promise<void> {
  const error = await failureUnder(trial, fault);
  assert.equal(error.retryable, expected.retryable, `retryable of ${error.code}`);
  if (expected.retryAfterMs !== undefined) assert.equal(error.retryAfterMs, expected.retryAfterMs, `retryAfterMs of ${error.code}`);
}

async function failureUnder(trial: Trial, fault: Fault): Promise<ActionError> {
  trial.imitation.fault = fault;
  const thrown: unknown = await trial.run().then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(isActionError(thrown), `an ActionError was expected, and there came ${String(thrown)}`);
  return thrown;
}

async function keepsSecrets(trial: Trial, secrets: readonly string[]): Promise<void> {
  await trial.plan();
  await trial.verify(await trial.run());
  for (const { fault } of FAULTS) {
    trial.imitation.fault = fault;
    // What it fails with is the other cases' matter; here only what it lets be seen.
    await trial.run().catch(() => undefined);
  }
  for (const secret of secrets) assert.ok(!trial.seen().includes(secret), 'a secret of the environment can be seen');
}
