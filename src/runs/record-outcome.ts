import type { ApprovalPolicy } from '../playbooks/approval-policy.js';
import { askForReview, failStep } from './claim-steps.js';
import { afterFailure } from './retry-policy.js';
import type { RunStep } from './run-step.entity.js';
import type { RunTransition } from './run-transition.js';
import type { Claim, StepError, StepFailure, StepOutcome, Verification } from './run.types.js';

/** Somebody else has claimed the step since: what this worker has to say no longer counts. */
export class FencedError extends Error {
  constructor(claim: Claim) {
    super(`Claim ${claim.number} of step ${claim.stepId} has lapsed.`);
    this.name = 'FencedError';
  }
}

/** The step that a claim still gives the right to; throws FencedError when it gives none any more. */
export function claimedStep(transition: RunTransition, claim: Claim): RunStep {
  const step = transition.step(claim.stepId);
  const isWorkedOn = step.status === 'RUNNING' || step.status === 'VERIFYING';
  if (!isWorkedOn || step.claimNumber !== claim.number) throw new FencedError(claim);
  return step;
}

/** Writes down what came of a claimed step, with its consequences for the steps behind it. */
export function recordOutcome(transition: RunTransition, claim: Claim, outcome: StepOutcome): void {
  const step = claimedStep(transition, claim);
  switch (outcome.kind) {
    case 'PLANNED':
      step.plan = [...outcome.plan];
      transition.closeAttempt(step, null);
      succeed(transition, step, null, describePlan(step));
      break;
    case 'NEEDS_APPROVAL':
      step.plan = [...outcome.plan];
      if (outcome.policy) askByGuardrails(transition, step, outcome.policy);
      else transition.move(step, 'WAITING_FOR_APPROVAL', 'APPROVAL_REQUESTED', `${step.key} waits for an approval.`);
      break;
    case 'ACTED':
      recordAction(transition, step, outcome);
      break;
    case 'TOOK_EFFECT_EARLIER':
      transition.closeAttempt(step, null);
      succeed(transition, step, 'VERIFIED', `${step.key} is done: the interrupted call had taken effect.`);
      break;
    case 'VERIFIED':
      succeed(transition, step, 'VERIFIED', `${step.key} is done, and the effect was read back.`);
      break;
    case 'NOT_VERIFIED':
      succeed(transition, step, 'NOT_VERIFIED', `${step.key} was accepted, but the effect could not be read back in time: look at the provider.`);
      break;
    case 'FAILED':
      recordFailure(transition, step, claim, outcome.failure);
      break;
    case 'HANDED_BACK':
      handBack(transition, step, claim, outcome.because);
      break;
  }
  transition.conclude();
}

function recordAction(transition: RunTransition, step: RunStep, outcome: Extract<StepOutcome, { kind: 'ACTED' }>): void {
  step.plan = [...outcome.plan];
  step.output = outcome.output;
  step.readBack = false;
  transition.closeAttempt(step, null);
  if (outcome.canVerify) transition.move(step, 'VERIFYING', 'STEP_VERIFYING', `${step.key} was accepted; its effect is being read back.`);
  else succeed(transition, step, 'NOT_SUPPORTED', `${step.key} is done; its effect cannot be read back.`);
}

function succeed(transition: RunTransition, step: RunStep, verification: Verification | null, message: string): void {
  step.verification = verification;
  step.error = null;
  transition.move(step, 'SUCCEEDED', 'STEP_SUCCEEDED', message);
  transition.queueReadySteps();
}

function handBack(transition: RunTransition, step: RunStep, claim: Claim, because: keyof typeof HANDED_BACK): void {
  if (claim.mode !== 'PLAN') takeBackAttempt(transition, step);
  transition.move(step, 'QUEUED', 'STEP_QUEUED', `${step.key} goes back to the queue: ${HANDED_BACK[because]} and it had not acted.`);
}

const HANDED_BACK = { STOPPING: 'its worker is stopping', PAUSED: 'all runs are paused' } as const;

/** The step was about to act, and has not: from here on it is one that needs an approval. */
function askByGuardrails(transition: RunTransition, step: RunStep, policy: ApprovalPolicy): void {
  takeBackAttempt(transition, step);
  step.approval = policy;
  transition.move(step, 'WAITING_FOR_APPROVAL', 'APPROVAL_REQUESTED', `${step.key} waits for an approval. ${policy.because ?? ''}`.trim());
}

/** It ended without a call, so it counts as no try. */
function takeBackAttempt(transition: RunTransition, step: RunStep): void {
  transition.closeAttempt(step, null);
  step.interruptionCount += 1;
}

function recordFailure(transition: RunTransition, step: RunStep, claim: Claim, failure: StepFailure): void {
  // A plan that cannot be made is a try that failed; one that could was none.
  if (claim.mode === 'PLAN') transition.openAttempt(step, step.workerId ?? '');
  const error = toStepError(failure);
  transition.closeAttempt(step, error);
  const next = afterFailure(step, failure);
  if (next.kind === 'REVIEW') return askForReview(transition, step, error);
  if (next.kind === 'FAIL') {
    failStep(transition, step, error);
    return transition.queueReadySteps();
  }
  step.error = error;
  step.readBack = next.readBack;
  step.nextAttemptAt = new Date(transition.now.getTime() + next.delayMs);
  const seconds = Math.ceil(next.delayMs / 1000);
  transition.move(step, 'RETRYING', 'STEP_RETRY_SCHEDULED', `${step.key} is tried again in ${seconds} s: ${error.message}`);
}

function toStepError({ code, message, retryable, remedy, providerRequestId }: StepFailure): StepError {
  return { code, message, retryable, ...(remedy !== undefined && { remedy }), ...(providerRequestId !== undefined && { providerRequestId }) };
}

function describePlan(step: RunStep): string {
  return step.plan.length === 0 ? `${step.key} would change nothing.` : `${step.key} would change: ${step.plan.join(' ')}`;
}
