import type { Database } from '../db/database.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/metrics.js';
import type { RunEvent } from './run-event.entity.js';
import { isRunFinal } from './run.machine.js';
import type { RunStore } from './run.store.js';
import { Wakeup } from './wakeup.js';

const READ_AT_ONCE = 200;
const KEPT_EVENTS = 500;
const LOOK_AGAIN_AFTER_MS = 5_000;

/** The live history of one run in this process, shared by all who follow it. */
interface LiveRun {
  /** The newest events, one after the other; older ones are read from the database. */
  events: RunEvent[];
  newest: number;
  followers: number;
  readonly wakeup: Wakeup;
  readonly reads: Map<number, Promise<RunEvent[]>>;
}

/**
 * First what is stored, then what comes: each follower holds nothing but a cursor and asks for what lies behind it, so a
 * slow one costs no memory and a lost hint no event.
 */
export class RunFeed {
  private readonly live = new Map<string, LiveRun>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { database: Database; runs: RunStore; channel: NotifyChannel; metrics: Metrics; logger: Logger }) {}

  async start(): Promise<void> {
    await this.deps.channel.listen({ onNotice: (runId, newest) => this.advance(runId, newest), onGap: () => void this.lookAgain() });
    this.timer = setInterval(() => void this.lookAgain(), LOOK_AGAIN_AFTER_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const run of this.live.values()) run.wakeup.wakeAll();
  }

  /** The run's events after a sequence, each once and in order; ends with the run. */
  follow(runId: string, after: number): AsyncIterableIterator<RunEvent> {
    const leaving = new AbortController();
    const events = this.read(runId, after, leaving.signal);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => events.next(),
      // A generator that waits cannot be told to return; the signal ends its wait first.
      return: () => {
        leaving.abort();
        return events.return(undefined);
      },
    };
  }

  private async *read(runId: string, after: number, leaving: AbortSignal): AsyncGenerator<RunEvent, undefined> {
    const run = this.join(runId);
    let cursor = after;
    let isLive = false;
    try {
      while (!leaving.aborted) {
        const seen = run.wakeup.version;
        const events = await this.eventsAfter(runId, run, cursor, isLive);
        for (const event of events) {
          cursor = event.sequence;
          yield event;
          if (isRunFinal(event.runStatus)) return undefined;
        }
        if (events.length === 0 && (await this.isOver(runId, cursor))) return undefined;
        isLive ||= events.length === 0;
        if (events.length === 0) await run.wakeup.wait(seen, leaving);
      }
      return undefined;
    } finally {
      this.leave(runId, run);
    }
  }

  /** `isLive`: the follower had read everything there was, so what is read now is new. */
  private async eventsAfter(runId: string, run: LiveRun, cursor: number, isLive: boolean): Promise<RunEvent[]> {
    const kept = cursor + 1 - (run.events[0]?.sequence ?? Infinity);
    if (kept >= 0 && kept < run.events.length) return run.events.slice(kept, kept + READ_AT_ONCE);
    const under = run.reads.get(cursor);
    if (under) return under;
    const read = this.deps.runs.eventsOf(this.deps.database.reader, runId, cursor, READ_AT_ONCE).finally(() => run.reads.delete(cursor));
    run.reads.set(cursor, read);
    const events = await read;
    keep(run, events);
    if (isLive) this.measure(events);
    return events;
  }

  /** By the clock of the process that wrote them against that of this one. */
  private measure(events: readonly RunEvent[]): void {
    for (const { at } of events) this.deps.metrics.runFeedDelays.observe(Math.max(0, Date.now() - at.getTime()) / 1_000);
  }

  /** Nothing lies behind the cursor: is that because the run is over? */
  private async isOver(runId: string, cursor: number): Promise<boolean> {
    const [run] = await this.deps.runs.findByIds(this.deps.database.reader, [runId]);
    return run === undefined || (run.finishedAt !== null && run.lastSequence <= cursor);
  }

  private advance(runId: string, newest: number): void {
    const run = this.live.get(runId);
    if (!run || newest <= run.newest) return;
    run.newest = newest;
    run.wakeup.wakeAll();
  }

  /** Hints can be lost; one look at all runs that are followed here finds what they would have told. */
  private async lookAgain(): Promise<void> {
    if (this.live.size === 0) return;
    try {
      const runs = await this.deps.runs.findByIds(this.deps.database.reader, [...this.live.keys()]);
      for (const { id, lastSequence } of runs) this.advance(id, lastSequence);
    } catch (error) {
      this.deps.logger.warn({ err: error }, 'The followed runs could not be looked at; the next look is in a few seconds.');
    }
  }

  private join(runId: string): LiveRun {
    const run = this.live.get(runId) ?? { events: [], newest: 0, followers: 0, wakeup: new Wakeup(), reads: new Map<number, Promise<RunEvent[]>>() };
    run.followers += 1;
    this.live.set(runId, run);
    return run;
  }

  private leave(runId: string, run: LiveRun): void {
    run.followers -= 1;
    if (run.followers === 0) this.live.delete(runId);
  }
}

/** Keeps events only while they continue what is kept, so that the kept ones never have a gap. */
function keep(run: LiveRun, events: readonly RunEvent[]): void {
  for (const event of events) {
    const last = run.events.at(-1);
    if (last === undefined || event.sequence === last.sequence + 1) run.events.push(event);
  }
  if (run.events.length > KEPT_EVENTS) run.events = run.events.slice(-KEPT_EVENTS);
}
