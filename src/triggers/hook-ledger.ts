import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { EventSourceStore } from './event-source.store.js';
import type { HookRefusalCode } from './hook-refused.js';
import { TIMESTAMP_TOLERANCE_MS } from './signature.js';

const FLUSH_AFTER_MS = 1_000;

/** Counts refused requests. They are written together, so that a flood of them costs one statement a second. */
export class HookLedger {
  private readonly pending = new Map<string, { source: string; code: string; count: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { database: Database; sources: EventSourceStore; logger: Logger }) {}

  /** `source` is the name of one that there is, or empty. */
  count(source: string, code: HookRefusalCode): void {
    const key = `${source} ${code}`;
    const counted = this.pending.get(key) ?? { source, code, count: 0 };
    counted.count += 1;
    this.pending.set(key, counted);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.size === 0) return;
    const counts = [...this.pending.values()];
    this.pending.clear();
    try {
      await this.deps.sources.countRefusals(this.deps.database.reader, counts, new Date());
    } catch (error) {
      this.deps.logger.warn({ err: error, counts }, 'Refused requests to hooks could not be counted.');
    }
  }

  /** A request whose timestamp is no longer good needs no memory: it would be refused for that. */
  async forgetOld(): Promise<void> {
    await this.deps.sources.deleteDeliveriesBefore(this.deps.database.reader, new Date(Date.now() - 3 * TIMESTAMP_TOLERANCE_MS));
  }
}
