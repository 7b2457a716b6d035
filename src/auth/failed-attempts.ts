import { LRUCache } from 'lru-cache';
import { networkOf } from '../kernel/client-address.js';
import { RateLimited } from '../kernel/errors.js';
import { hashSecret } from './api-key-secret.js';
import { perMinute, secondsUntil } from './rate-limits.js';

/** What is presented: keys and tokens, links of approvals, states of consents, signatures of hooks. Each is counted by itself. */
export type Presented = 'sign-in' | 'approval-link' | 'consent-state' | 'signature';

const GOOD_FOR_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/**
 * Whoever presents wrong secrets again and again is refused without looking them up. What was found right in this process
 * shortly before still passes: a stranger behind the same address must not lock those out who work.
 */
export class FailedAttempts {
  private readonly limiter;
  private readonly good = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: GOOD_FOR_MS });

  constructor(failedPerMinute: number) {
    this.limiter = perMinute(failedPerMinute);
  }

  /** Makes the attempt unless too many failed before. `isWrong` tells a failure that was the secret's fault from all others. */
  async guard<T>(what: Presented, address: string, secret: string, attempt: () => Promise<T>, isWrong: (result: { value: T } | { error: unknown }) => boolean): Promise<T> {
    await this.refuseIfTooMany(what, address, secret);
    try {
      const value = await attempt();
      await this.learn(what, address, secret, isWrong({ value }));
      return value;
    } catch (error) {
      if (isWrong({ error })) await this.learn(what, address, secret, true);
      throw error;
    }
  }

  private async refuseIfTooMany(what: Presented, address: string, secret: string): Promise<void> {
    if (!this.limiter || this.good.has(fingerprint(what, secret))) return;
    const failed = await this.limiter.get(keyOf(what, address));
    if (failed === null || failed.consumedPoints < this.limiter.points) return;
    const seconds = secondsUntil(failed);
    throw new RateLimited(`Too many attempts from your address failed. Come again in ${seconds} s.`, seconds);
  }

  private async learn(what: Presented, address: string, secret: string, isWrong: boolean): Promise<void> {
    const known = fingerprint(what, secret);
    if (!isWrong) {
      this.good.set(known, true);
      return;
    }
    this.good.delete(known);
    await this.limiter?.penalty(keyOf(what, address));
  }
}

function keyOf(what: Presented, address: string): string {
  return `${what} ${networkOf(address)}`;
}

/** Secrets are not kept in memory as they are. */
function fingerprint(what: Presented, secret: string): string {
  return hashSecret(`${what} ${secret}`).toString('base64');
}
