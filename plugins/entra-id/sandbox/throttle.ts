import type { BehaviourSettings } from './behaviour.js';

export interface Refusal {
  /** null where the service does not tell. */
  readonly retryAfterSeconds: number | null;
  readonly reason: 'ResourceUnitLimitExceeded' | 'WriteLimitExceeded' | 'RequestLimitExceeded';
}

/** A limit of a service behind Graph: Identity Protection, or the sign-in and audit logs. */
export type SpecialLimit = 'IDENTITY_PROTECTION' | 'REPORTS';

export interface Cost {
  readonly resourceUnits: number;
  readonly isWrite: boolean;
  readonly specialLimit?: SpecialLimit;
}

/** One limit as a call meets it. */
interface Use {
  readonly window: Window;
  readonly amount: number;
  readonly limit: number | null;
  readonly reason: Refusal['reason'];
  readonly isSilent?: boolean;
}

/** Uses of one limit, counted in windows of fixed length. */
class Window {
  readonly #lengthMs: number;
  #startedAtMs = 0;
  #used = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  roll(nowMs: number): void {
    if (nowMs - this.#startedAtMs < this.#lengthMs) return;
    this.#startedAtMs = nowMs;
    this.#used = 0;
  }

  hasRoom(amount: number, limit: number | null): boolean {
    return limit === null || this.#used + amount <= limit;
  }

  use(amount: number): void {
    this.#used += amount;
  }

  share(limit: number | null): number {
    return limit === null ? 0 : this.#used / limit;
  }

  secondsLeft(nowMs: number): number {
    return Math.max(1, Math.ceil((this.#startedAtMs + this.#lengthMs - nowMs) / 1_000));
  }
}

/** Graph's limits of one application in one tenant. */
export class Throttle {
  readonly #units = new Window(10_000);
  readonly #writes = new Window(150_000);
  readonly #identityProtection = new Window(1_000);
  readonly #reports = new Window(10_000);
  readonly #behaviour: BehaviourSettings;

  constructor(behaviour: BehaviourSettings) {
    this.#behaviour = behaviour;
  }

  /** Counts a call, or refuses it; a refused call is not counted. */
  admit(cost: Cost, nowMs: number): Refusal | undefined {
    const uses = this.#usesOf(cost);
    for (const { window } of uses) window.roll(nowMs);
    const full = uses.find(({ window, amount, limit }) => !window.hasRoom(amount, limit));
    if (full !== undefined) return { reason: full.reason, retryAfterSeconds: full.isSilent === true ? null : full.window.secondsLeft(nowMs) };
    for (const { window, amount } of uses) window.use(amount);
    return undefined;
  }

  #usesOf({ resourceUnits, isWrite, specialLimit }: Cost): Use[] {
    const { resourceUnitsPer10Seconds, writesPer150Seconds, identityProtectionPerSecond, reportsPer10Seconds } = this.#behaviour;
    const special: Record<SpecialLimit, Use> = {
      IDENTITY_PROTECTION: { window: this.#identityProtection, amount: 1, limit: identityProtectionPerSecond, reason: 'RequestLimitExceeded', isSilent: true },
      REPORTS: { window: this.#reports, amount: 1, limit: reportsPer10Seconds, reason: 'RequestLimitExceeded' },
    };
    return [
      { window: this.#units, amount: resourceUnits, limit: resourceUnitsPer10Seconds, reason: 'ResourceUnitLimitExceeded' },
      { window: this.#writes, amount: isWrite ? 1 : 0, limit: writesPer150Seconds, reason: 'WriteLimitExceeded' },
      ...(specialLimit === undefined ? [] : [special[specialLimit]]),
    ];
  }

  /** The share of the nearest of Graph's own limits that is used up, 0 without a limit. */
  usedShare(): number {
    const { resourceUnitsPer10Seconds, writesPer150Seconds } = this.#behaviour;
    return Math.max(this.#units.share(resourceUnitsPer10Seconds), this.#writes.share(writesPer150Seconds));
  }
}
