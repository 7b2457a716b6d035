import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { AuditStore } from './audit.store.js';

/**
 * Tells the log of the process where the chain ends, whenever it has grown. Whoever can rewrite the database could also write
 * a new chain from its beginning; a log that is kept elsewhere then shows another hash for the same number.
 */
export class AuditAnchor {
  private told = 0;

  constructor(private readonly deps: { database: Database; audit: AuditStore; logger: Logger }) {}

  async tell(): Promise<void> {
    const head = await this.deps.audit.head(this.deps.database.reader);
    if (!head) throw new Error('The row that tells where the audit log ends is gone.');
    const { sequence, hash } = head;
    if (sequence === this.told) return;
    this.told = sequence;
    this.deps.logger.info({ audit: { sequence, hash } }, 'The audit log ends here.');
  }
}
