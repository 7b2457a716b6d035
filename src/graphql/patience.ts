import { setTimeout as delay } from 'node:timers/promises';
import { RateLimited } from '../kernel/errors.js';

const BEFORE_A_REFUSAL_MS = 200;

/** Whoever comes too often is not answered at once: one who comes again as soon as he was answered would keep a process busy with refusing. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RateLimited) await delay(BEFORE_A_REFUSAL_MS);
    throw error;
  }
}
