import type { Database } from '../db/database.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/metrics.js';
import type { RunEvent } from './run-event.entity.js';
import type { Run } from './run.entity.js';
import { RunFollower, type Source } from './run-follower.js';
import type { RunStore } from './run.store.js';

const READ_AT_ONCE = 200;
const KEPT_EVENTS = 500;
const LOOK_AGAIN_AFTER_MS = 5_000;

/** The live history of one run in this process, shared by all who follow it. */
interface LiveRun {
  /** The newest events, one after the other; older ones are read from the database. */
  events: RunEvent[];
  newest: number;
  readonly followers: Set<RunFollower>;
  readonly reads: Map<number, Promise<RunEvent[]>>;
  /** The run, as it was looked up since there was something new last. */
  found: Promise<Run | undefined> | undefined;
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
    await this.deps.channel.listen({ onNotice: (runId, newest) => void this.advance(runId, newest), onGap: () => void this.lookAgain() });
    this.timer = setInterval(() => void this.lookAgain(), LOOK_AGAIN_AFTER_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The run's events after a sequence, each once and in order; ends with the run. */
  follow(runId: string, after: number): AsyncIterableIterator<RunEvent, undefined> {
    const run = this.live.get(runId) ?? { events: [], newest: 0, followers: new Set(), reads: new Map<number, Promise<RunEvent[]>>(), found: undefined };
    this.live.set(runId, run);
    const follower = new RunFollower(this.sourceOf(runId, run), after);
    run.followers.add(follower);
    return follower;
  }

  private sourceOf(runId: string, run: LiveRun): Source {
    return {
      eventAt: (sequence) => run.events[sequence - (run.events[0]?.sequence ?? 0)],
      hasMore: (after) => run.newest > after,
      read: (after, isLive) => this.read(runId, run, after, isLive),
      isOver: (after) => this.isOver(runId, run, after),
      leave: (follower) => {
        run.followers.delete(follower);
        if (run.followers.size === 0) this.live.delete(runId);
      },
    };
  }

  /** Once for all who have seen the same. */
  private async read(runId: string, run: LiveRun, after: number, isLive: boolean): Promise<RunEvent[]> {
    const under = run.reads.get(after);
    if (under) return under;
    const reading = this.deps.runs.eventsOf(this.deps.database.reader, runId, after, READ_AT_ONCE).finally(() => run.reads.delete(after));
    run.reads.set(after, reading);
    const events = await reading;
    keep(run, events);
    if (isLive) this.measure(events);
    return events;
  }

  /** By the clock of the process that wrote them against that of this one. */
  private measure(events: readonly RunEvent[]): void {
    for (const { at } of events) this.deps.metrics.runFeedDelays.observe(Math.max(0, Date.now() - at.getTime()) / 1_000);
  }

  /** Nothing lies behind the sequence: is that because the run is over? */
  private async isOver(runId: string, live: LiveRun, after: number): Promise<boolean> {
    live.found ??= this.lookUp(runId, live);
    const run = await live.found;
    return run === undefined || (run.finishedAt !== null && run.lastSequence <= after);
  }

  private async lookUp(runId: string, live: LiveRun): Promise<Run | undefined> {
    try {
      const [run] = await this.deps.runs.findByIds(this.deps.database.reader, [runId]);
      return run;
    } catch (error) {
      live.found = undefined;
      throw error;
    }
  }

  /** What is new is read before anybody is woken, so that all of them find it at hand. */
  private async advance(runId: string, newest: number): Promise<void> {
    const run = this.live.get(runId);
    if (!run || newest <= run.newest) return;
    run.newest = newest;
    run.found = undefined;
    try {
      await this.read(runId, run, run.events.at(-1)?.sequence ?? newest - 1, true);
    } catch (error) {
      this.deps.logger.warn({ err: error, runId }, 'The new events of a run could not be read; each of its followers tries again.');
    }
    for (const follower of run.followers) follower.goOn();
  }

  /** Hints can be lost; one look at all runs that are followed here finds what they would have told. */
  private async lookAgain(): Promise<void> {
    if (this.live.size === 0) return;
    try {
      const runs = await this.deps.runs.findByIds(this.deps.database.reader, [...this.live.keys()]);
      await Promise.all(runs.map(({ id, lastSequence }) => this.advance(id, lastSequence)));
    } catch (error) {
      this.deps.logger.warn({ err: error }, 'The followed runs could not be looked at; the next look is in a few seconds.');
    }
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
