import type { ActorReference } from '../auth/actor.js';
import { newId } from '../kernel/ids.js';
import { traceParent } from '../kernel/tracing.js';
import { skipInactive, UNTOUCHED_RUN, UNTOUCHED_STEP } from './new-run.js';
import type { RunStep } from './run-step.entity.js';
import { RunTransition } from './run-transition.js';
import type { Run } from './run.entity.js';

interface Retry {
  readonly run: Run;
  readonly steps: readonly RunStep[];
  /** The steps that were not active in the playbook's revision. */
  readonly inactiveKeys: ReadonlySet<string>;
  readonly reason: string | null;
  readonly startedBy: ActorReference;
}

/** A run that goes on where another one ended: with the other's own copies of the steps, and what succeeded stays done. */
export function retriedRun({ run, steps, inactiveKeys, reason, startedBy }: Retry): RunTransition {
  const now = new Date();
  const retried: Run = { ...run, ...UNTOUCHED_RUN, id: newId('run'), retryOfId: run.id, undoesId: run.undoesId, reason, startedBy, traceParent: traceParent(), createdAt: now };
  const transition = new RunTransition(retried, steps.map((step) => (step.status === 'SUCCEEDED' ? stayDone(step, retried.id) : beginAgain(step, retried.id))), now);
  const done = transition.steps.filter(({ status }) => status === 'SUCCEEDED').map(({ key }) => key);
  transition.tell('RUN_QUEUED', `A retry of ${run.id} against ${run.targetId} is queued.${done.length === 0 ? '' : ` What is done stays done: ${done.join(', ')}.`}`);
  skipInactive(transition, inactiveKeys);
  transition.queueReadySteps();
  return transition;
}

/** Whether an earlier run did it, and this one only knows of it: what was done here had at least one attempt. */
export function isDoneEarlier({ status, attemptNumber }: RunStep): boolean {
  return status === 'SUCCEEDED' && attemptNumber === 0;
}

/** Conditions of the steps behind it still see what came of it. */
function stayDone(step: RunStep, runId: string): RunStep {
  const { status, output, plan, verification, startedAt, finishedAt } = step;
  return { ...step, ...UNTOUCHED_STEP, id: newId('runStep'), runId, status, output, plan, verification, startedAt, finishedAt };
}

function beginAgain(step: RunStep, runId: string): RunStep {
  // The call that failed may have taken effect all the same: whoever can look first does, from when it was first made.
  const readBack = step.replay === 'VERIFY' && step.attemptNumber > 0;
  const startedAt = readBack ? step.startedAt : null;
  // What the guardrails demanded was about that moment; they are asked again.
  const approval = step.approval?.because === undefined ? step.approval : null;
  return { ...step, ...UNTOUCHED_STEP, plan: [], id: newId('runStep'), runId, approval, readBack, startedAt };
}
