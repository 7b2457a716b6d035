import { DomainError } from '../kernel/errors.js';
import { failStep } from './claim-steps.js';
import type { RunStep } from './run-step.entity.js';
import type { RunTransition } from './run-transition.js';
import type { ReviewResolution } from './run.types.js';

/** Carries out a person's word on a step that needs review. */
export function resolveStep(transition: RunTransition, step: RunStep, resolution: ReviewResolution, comment: string | undefined): void {
  if (step.status !== 'NEEDS_REVIEW') {
    throw new DomainError('PRECONDITION_FAILED', `The step ${step.key} needs no review: it is ${step.status}.`, [
      { path: ['input', 'runStepId'], message: `The step is ${step.status}.` },
    ]);
  }
  const said = comment ? ` "${comment}"` : '';
  switch (resolution) {
    case 'SUCCEEDED':
      step.error = null;
      step.verification = 'NOT_VERIFIED';
      transition.move(step, 'SUCCEEDED', 'STEP_SUCCEEDED', `${step.key} is done: a person found that it took effect.${said}`);
      break;
    case 'RETRY':
      step.error = null;
      transition.move(step, 'QUEUED', 'STEP_QUEUED', `${step.key} may start again: a person found that it did not take effect.${said}`);
      break;
    case 'FAILED':
      failStep(transition, step, { code: 'GIVEN_UP', message: `A person gave the step up.${said}`, retryable: false });
      break;
  }
  transition.queueReadySteps();
  transition.conclude();
}
