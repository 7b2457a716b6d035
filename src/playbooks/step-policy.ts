/** What a failed step means for the others: `STOP` starts nothing more, `CONTINUE` goes on. The run counts as failed either way. */
export const ON_FAILURE = ['STOP', 'CONTINUE'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];

/** How often a step is tried, and how long it waits in between: doubling from `backoffMs` up to `maxBackoffMs`. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 5, backoffMs: 2_000, maxBackoffMs: 300_000 };
export const DEFAULT_TIMEOUT_MS = 30_000;

export const MAX_ATTEMPTS = 20;
export const MAX_TIMEOUT_MS = 900_000;
export const MAX_BACKOFF_MS = 86_400_000;
export const MAX_STEPS = 50;
