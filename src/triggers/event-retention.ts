import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { EventStore } from './event.store.js';

/** Small, so that nobody waits long for a lock, and the minute's share is bounded. */
const BATCH = 500;
const BATCHES_AT_ONCE = 40;

const DAY_MS = 24 * 60 * 60_000;

/** Deletes events that are older than they are kept. Those that started a run stay with the run's history. */
export class EventRetention {
  constructor(private readonly deps: { database: Database; events: EventStore; retentionDays: number; logger: Logger }) {}

  async sweep(now = new Date()): Promise<number> {
    const { database, events, retentionDays, logger } = this.deps;
    const before = new Date(now.getTime() - retentionDays * DAY_MS);
    let deleted = 0;
    for (let batch = 0; batch < BATCHES_AT_ONCE; batch += 1) {
      const count = await events.deleteReceivedBefore(database.reader, before, BATCH);
      deleted += count;
      if (count < BATCH) break;
    }
    if (deleted > 0) logger.info({ events: deleted, before }, 'Events that were old enough are deleted.');
    return deleted;
  }
}
