import type { BehaviourSettings } from './behaviour.js';

export interface Refusal {
  readonly retryAfterSeconds: number;
  readonly reason: 'ResourceUnitLimitExceeded' | 'WriteLimitExceeded';
}

export interface Cost {
  readonly resourceUnits: number;
  readonly isWrite: boolean;
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

/** Graph's two limits of one application in one tenant. */
export class Throttle {
  readonly #units = new Window(10_000);
  readonly #writes = new Window(150_000);
  readonly #behaviour: BehaviourSettings;

  constructor(behaviour: BehaviourSettings) {
    this.#behaviour = behaviour;
  }

  /** Counts a call, or refuses it; a refused call is not counted. */
  admit(cost: Cost, nowMs: number): Refusal | undefined {
    const { resourceUnitsPer10Seconds, writesPer150Seconds } = this.#behaviour;
    const writes = cost.isWrite ? 1 : 0;
    this.#units.roll(nowMs);
    this.#writes.roll(nowMs);
    if (!this.#units.hasRoom(cost.resourceUnits, resourceUnitsPer10Seconds)) {
      return { reason: 'ResourceUnitLimitExceeded', retryAfterSeconds: this.#units.secondsLeft(nowMs) };
    }
    if (!this.#writes.hasRoom(writes, writesPer150Seconds)) {
      return { reason: 'WriteLimitExceeded', retryAfterSeconds: this.#writes.secondsLeft(nowMs) };
    }
    this.#units.use(cost.resourceUnits);
    this.#writes.use(writes);
    return undefined;
  }

  /** The share of the nearest limit that is used up, 0 without a limit. */
  usedShare(): number {
    const { resourceUnitsPer10Seconds, writesPer150Seconds } = this.#behaviour;
    return Math.max(this.#units.share(resourceUnitsPer10Seconds), this.#writes.share(writesPer150Seconds));
  }
}
