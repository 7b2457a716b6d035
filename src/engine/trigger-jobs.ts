import type { EventFeedReader } from '../triggers/read-feed.js';
import type { EventRetention } from '../triggers/event-retention.js';
import type { HookLedger } from '../triggers/hook-ledger.js';
import type { EventMatcher } from '../triggers/match-events.js';
import type { ScheduleClock } from '../triggers/tick-schedules.js';
import type { TriggerWakeups } from '../triggers/trigger-queue.js';
import { addJob } from './jobs.js';

export const MATCH_EVENTS = 'match_events';
export const LOOK_AT_FEED = 'look_at_feed';

/** Few enough that events which came together are matched side by side, many enough that their triggers are read once. */
const EVENTS_PER_JOB = 20;

export const triggerWakeups: TriggerWakeups = {
  async match(tx, eventIds) {
    if (eventIds.length === 0) return;
    const payloads = Array.from({ length: Math.ceil(eventIds.length / EVENTS_PER_JOB) }, (_part, index) => JSON.stringify({ eventIds: eventIds.slice(index * EVENTS_PER_JOB, (index + 1) * EVENTS_PER_JOB) }));
    await tx.query('select graphile_worker.add_job($1, payload::json) from unnest($2::text[]) as payload', [MATCH_EVENTS, payloads]);
  },
  look: (tx, feedId, at) => addJob(tx, LOOK_AT_FEED, `feed:${feedId}`, { feedId }, at),
};

interface Deps {
  readonly matcher: EventMatcher;
  readonly clock: ScheduleClock;
  readonly retention: EventRetention;
  readonly feedReader: EventFeedReader;
  readonly hookLedger: HookLedger;
}

/** What the queue does for triggers. */
export class TriggerJobs {
  constructor(private readonly deps: Deps) {}

  match(eventIds: readonly string[]): Promise<void> {
    return this.deps.matcher.match(eventIds);
  }

  look(feedId: string): Promise<void> {
    return this.deps.feedReader.look(feedId);
  }

  tick(): Promise<void> {
    return this.deps.clock.tick();
  }

  /** The minute's housekeeping. */
  async sweep(): Promise<void> {
    await this.deps.retention.sweep();
    await this.deps.hookLedger.forgetOld();
    await this.deps.feedReader.wakeDue();
  }
}
