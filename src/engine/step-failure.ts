import { isActionError } from '@countermeasure/sdk';
import type { StepFailure } from '../runs/run.types.js';

/** Why work on a step was ended from outside. */
export class StepTimeout extends Error {
  override readonly name = 'StepTimeout';
}
export class WorkerStopping extends Error {
  override readonly name = 'WorkerStopping';
}

/** Our own database failed, and the provider has nothing to do with it. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
}

/** Tells faults of our own database from those of the plugin; what guardrails refuse is none. */
export function ours<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw isActionError(cause) ? cause : new DatabaseFault('The database did not do what a step needs.', { cause });
  });
}

/** What people and the retry policy get to know of a failure. `wasActing`: the call that changes something had begun. */
export function toStepFailure(error: unknown, wasActing: boolean, timeoutMs: number): StepFailure {
  if (error instanceof StepTimeout) {
    return {
      code: 'TIMEOUT',
      message: `The step took longer than its timeout of ${timeoutMs / 1000} s.`,
      retryable: true,
      outcomeUnknown: wasActing,
      remedy: 'Look whether the provider is slow, or raise the step\'s timeout.',
    };
  }
  if (!isActionError(error)) {
    return {
      code: 'INTERNAL_ERROR',
      message: 'The action failed by a fault of its plugin or of this service.',
      retryable: false,
      outcomeUnknown: wasActing,
      remedy: 'The details stand in the service\'s log, under this step\'s id.',
    };
  }
  const { code, message, retryable, retryAfterMs, remedy, providerRequestId, outcomeUnknown } = error;
  return {
    code,
    message,
    retryable,
    outcomeUnknown: outcomeUnknown && wasActing,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(remedy !== undefined && { remedy }),
    ...(providerRequestId !== undefined && { providerRequestId }),
  };
}
