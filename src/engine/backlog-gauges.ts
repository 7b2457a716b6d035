import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/metrics.js';
import { within } from '../kernel/within.js';
import { readBacklog, type Backlog } from './backlog.store.js';

/** However many scrapers there are, the database is not asked more often. */
const READ_EVERY_MS = 5_000;

/** Less than scrapers wait: what the process itself counts must be told also when the database hangs. */
const READ_WITHIN_MS = 4_000;

interface Deps {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Shows what waits in the database, read when somebody scrapes. */
export class BacklogGauges {
  private reading: Promise<void> = Promise.resolve();
  private readAt = -Infinity;

  constructor(private readonly deps: Deps) {}

  /** Those who come while it is read wait for the same answer. */
  refresh(): Promise<void> {
    if (performance.now() - this.readAt < READ_EVERY_MS) return this.reading;
    this.readAt = performance.now();
    this.reading = this.read();
    return this.reading;
  }

  /** What could not be read is not shown: an old figure would look like a true one. */
  private async read(): Promise<void> {
    const { database, metrics, logger } = this.deps;
    try {
      const backlog = await within(AbortSignal.timeout(READ_WITHIN_MS), () => database.snapshot(readBacklog));
      this.clear();
      this.show(backlog);
    } catch (error) {
      this.clear();
      metrics.backlogFailures.inc();
      logger.warn({ err: error }, 'What waits in the database could not be read for the metrics.');
    }
  }

  private show(backlog: Backlog): void {
    const { metrics } = this.deps;
    for (const { task, count, ageSeconds } of backlog.readyJobs) {
      metrics.readyJobs.set({ task }, count);
      metrics.oldestReadyJob.set({ task }, ageSeconds);
    }
    for (const { status, count } of backlog.unfinishedRuns) metrics.runsUnfinished.set({ status }, count);
    metrics.eventsWaiting.set(backlog.eventsWaiting);
    metrics.runsHeld.set(backlog.heldRuns);
    metrics.paused.set(backlog.isPaused ? 1 : 0);
    metrics.approvalsWaiting.set(backlog.approvalsWaiting);
    metrics.approvalsOverdue.set(backlog.approvalsOverdue);
    metrics.feedLag.set(backlog.feedLagSeconds);
    metrics.feedsFailing.set(backlog.feedsFailing);
    metrics.workers.set(backlog.workers);
  }

  private clear(): void {
    const { readyJobs, oldestReadyJob, runsUnfinished, eventsWaiting, runsHeld, paused, approvalsWaiting, approvalsOverdue, feedLag, feedsFailing, workers } = this.deps.metrics;
    for (const gauge of [readyJobs, oldestReadyJob, runsUnfinished]) gauge.reset();
    for (const gauge of [eventsWaiting, runsHeld, paused, approvalsWaiting, approvalsOverdue, feedLag, feedsFailing, workers]) gauge.remove();
  }
}
