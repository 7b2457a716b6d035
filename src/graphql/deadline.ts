import { within } from '../kernel/within.js';

/** The service did not finish in time; whoever asked is told so instead of waiting on. */
export class DeadlinePassed extends Error {
  constructor(ms: number) {
    super(`The operation was not finished within ${ms / 1_000} s and was given up. What it was to change may have been changed: read before you repeat it.`);
    this.name = 'DeadlinePassed';
  }
}

/** The work's result, or DeadlinePassed when it takes too long. Then `late` aborts, for the work to stop. */
export async function withDeadline<T>(ms: number, late: AbortController, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => late.abort(new DeadlinePassed(ms)), ms);
  try {
    return await within(late.signal, work);
  } finally {
    clearTimeout(timer);
  }
}
