import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../kernel/client-address.js';
import { RateLimited } from '../kernel/errors.js';

export interface RateLimitSettings {
  /** Per key and per address; 0: no limit. Starting a subscription counts as a query. */
  readonly queriesPerMinute: number;
  readonly mutationsPerMinute: number;
  /** Per address; 0: no limit. */
  readonly failedSignInsPerMinute: number;
  /** Per key; 0: no limit. */
  readonly refusedOperationsPerMinute: number;
}

/** An operation that had to be read before it could be refused. */
export interface RefusedOperation {
  readonly bytes: number;
  /** Refused for what it asks for, and not for a mistake. */
  readonly isTooMuch: boolean;
}

export type SpentOn = 'query' | 'mutation';

const MINUTE_S = 60;
/** What is refused costs the reading of it, so no minute's worth of it may come at once, and what is long counts for more. */
const REFUSED_WITHIN_S = 10;
const COUNTS_ONCE_MORE_PER_BYTES = 5_000;

/** How many operations one key, and one address, may ask for. Counted in the memory of this process: several processes together allow as many times more. */
export class RateLimits {
  private readonly limiters: Readonly<Record<SpentOn, RateLimiterMemory | undefined>>;
  private readonly refused: RateLimiterMemory | undefined;

  constructor({ queriesPerMinute, mutationsPerMinute, refusedOperationsPerMinute }: RateLimitSettings) {
    this.limiters = { query: perMinute(queriesPerMinute), mutation: perMinute(mutationsPerMinute) };
    if (refusedOperationsPerMinute > 0) this.refused = new RateLimiterMemory({ points: Math.ceil((refusedOperationsPerMinute * REFUSED_WITHIN_S) / MINUTE_S), duration: REFUSED_WITHIN_S });
  }

  /** Takes note of an operation that was read and is not carried out. A mistake that is short costs nothing and counts for nothing. */
  async noteRefused(actorId: string, { bytes, isTooMuch }: RefusedOperation): Promise<void> {
    const points = (isTooMuch ? 1 : 0) + Math.floor(bytes / COUNTS_ONCE_MORE_PER_BYTES);
    if (points > 0) await this.refused?.penalty(actorId, points);
  }

  /** Refuses whoever has sent too much that was of no use, before anything more of theirs is read. */
  async refuseAfterRefusals(actorId: string): Promise<void> {
    const seen = await this.refused?.get(actorId);
    if (!this.refused || !seen || seen.consumedPoints < this.refused.points) return;
    const seconds = secondsUntil(seen);
    throw new RateLimited(`Too many operations of this key could not be carried out: more than ${this.refused.points} within ${REFUSED_WITHIN_S} s. Come again in ${seconds} s.`, seconds);
  }

  /** Takes one operation off what is left, or refuses it. */
  async spend(on: SpentOn, { actorId, address }: { actorId: string; address: string }): Promise<void> {
    const limiter = this.limiters[on];
    if (!limiter) return;
    const of = on === 'query' ? 'queries' : 'mutations';
    await spend(limiter, `key ${actorId}`, (seconds) => new RateLimited(`This key has asked for more than ${limiter.points} ${of} within a minute. Come again in ${seconds} s.`, seconds));
    await spend(limiter, `address ${networkOf(address)}`, (seconds) => new RateLimited(`More than ${limiter.points} ${of} within a minute came from your address. Come again in ${seconds} s.`, seconds));
  }
}

/**
 * What a document counts as before it is read, so that refusing it costs next to nothing. No mutation is without the word;
 * a query that has it, in a comment say, counts as a mutation.
 */
export function spentOn(query: unknown): SpentOn {
  return typeof query === 'string' && /\bmutation\b/.test(query) ? 'mutation' : 'query';
}

/** undefined: there is no limit. */
export function perMinute(points: number): RateLimiterMemory | undefined {
  return points > 0 ? new RateLimiterMemory({ points, duration: MINUTE_S }) : undefined;
}

export function secondsUntil({ msBeforeNext }: Pick<RateLimiterRes, 'msBeforeNext'>): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}

async function spend(limiter: RateLimiterMemory, key: string, toError: (seconds: number) => RateLimited): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    throw error instanceof RateLimiterRes ? toError(secondsUntil(error)) : error;
  }
}
