import type { Replay } from '@countermeasure/sdk';
import type { RetryPolicy } from '../playbooks/step-policy.js';
import type { StepFailure } from './run.types.js';

/** What follows a failed attempt. */
export type AfterFailure =
  | { readonly kind: 'RETRY'; readonly delayMs: number; readonly readBack: boolean }
  | { readonly kind: 'REVIEW' }
  | { readonly kind: 'FAIL' };

/** A step that keeps taking its worker down with it is given up after this many interruptions. */
export const MAX_INTERRUPTIONS = 5;

interface FailedStep {
  readonly retry: RetryPolicy;
  readonly replay: Replay;
  readonly attemptNumber: number;
  readonly interruptionCount: number;
}

/** Tries again what may succeed, never earlier than the provider asked; what may already have happened follows the action's `replay`. */
export function afterFailure(step: FailedStep, failure: StepFailure): AfterFailure {
  if (failure.outcomeUnknown && step.replay === 'MANUAL') return { kind: 'REVIEW' };
  const tries = Math.max(1, step.attemptNumber - step.interruptionCount);
  if (!failure.retryable || tries >= step.retry.maxAttempts) return { kind: 'FAIL' };
  const delayMs = Math.max(backoffMs(step.retry, tries), failure.retryAfterMs ?? 0);
  return { kind: 'RETRY', delayMs, readBack: failure.outcomeUnknown && step.replay === 'VERIFY' };
}

/** Doubles with every try up to the limit, with a quarter of jitter either way so that many runs do not come back at one instant. */
export function backoffMs(retry: RetryPolicy, tries: number, random: () => number = Math.random): number {
  const doubled = Math.min(retry.backoffMs * 2 ** (tries - 1), retry.maxBackoffMs);
  return Math.round(doubled * (0.75 + random() / 2));
}
