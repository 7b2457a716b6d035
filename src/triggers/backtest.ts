import type { CompiledTrigger } from './compiled-trigger.js';
import type { ReceivedEvent } from './event.entity.js';
import type { Trigger } from './trigger.entity.js';

const MOST_TARGETS = 100;
const DAY_MS = 24 * 60 * 60_000;

export interface BacktestResult {
  readonly from: Date;
  readonly to: Date;
  /** Events of the type in that time. */
  readonly events: number;
  readonly matched: number;
  /** How often something would have been started: per event and target, less what the cooldown holds back. */
  readonly fired: number;
  readonly withoutTarget: number;
  readonly heldByCooldown: number;
  readonly perDay: readonly { readonly day: string; readonly events: number; readonly matched: number; readonly fired: number }[];
  /** The targets that it would have fired on, the most frequent first. */
  readonly targets: readonly { readonly id: string; readonly fired: number }[];
  /** false: it took too long, or there were more events than are looked at; the newest are not among those that were. */
  readonly isComplete: boolean;
}

interface Day {
  events: number;
  matched: number;
  fired: number;
}

/** Counts what a trigger would have done with events as they came in. */
export class Backtest {
  eventCount = 0;
  private matched = 0;
  private fired = 0;
  private withoutTarget = 0;
  private heldByCooldown = 0;
  private readonly days = new Map<string, Day>();
  private readonly firedOn = new Map<string, { count: number; lastAt: number }>();

  constructor(
    private readonly trigger: CompiledTrigger,
    private readonly rules: Pick<Trigger, 'cooldownMs'>,
    private readonly time: { from: Date; to: Date },
  ) {}

  look(event: ReceivedEvent): void {
    this.eventCount += 1;
    const day = this.dayOf(event.receivedAt);
    day.events += 1;
    if (!this.trigger.judge(event).fires) return;
    this.matched += 1;
    day.matched += 1;
    const { targets } = this.trigger.targetsOf(event);
    if (targets.length === 0) this.withoutTarget += 1;
    for (const { id } of targets) if (this.fireAt(id.toLowerCase(), event.receivedAt.getTime())) day.fired += 1;
  }

  result(isComplete: boolean): BacktestResult {
    const targets = [...this.firedOn].map(([id, { count }]) => ({ id, fired: count })).sort((a, b) => b.fired - a.fired);
    const { eventCount: events, matched, fired, withoutTarget, heldByCooldown } = this;
    return { ...this.time, events, matched, fired, withoutTarget, heldByCooldown, perDay: this.perDay(), targets: targets.slice(0, MOST_TARGETS), isComplete };
  }

  private fireAt(id: string, at: number): boolean {
    const before = this.firedOn.get(id);
    if (before && this.rules.cooldownMs !== null && at - before.lastAt < this.rules.cooldownMs) {
      this.heldByCooldown += 1;
      return false;
    }
    this.firedOn.set(id, { count: (before?.count ?? 0) + 1, lastAt: at });
    this.fired += 1;
    return true;
  }

  private dayOf(at: Date): Day {
    const name = at.toISOString().slice(0, 10);
    const day = this.days.get(name) ?? { events: 0, matched: 0, fired: 0 };
    this.days.set(name, day);
    return day;
  }

  /** Days without events are shown, too: a gap tells something. */
  private perDay(): BacktestResult['perDay'] {
    const days: { day: string; events: number; matched: number; fired: number }[] = [];
    const first = Date.parse(this.time.from.toISOString().slice(0, 10));
    for (let at = first; at < this.time.to.getTime(); at += DAY_MS) {
      const day = new Date(at).toISOString().slice(0, 10);
      days.push({ day, ...(this.days.get(day) ?? { events: 0, matched: 0, fired: 0 }) });
    }
    return days;
  }
}
