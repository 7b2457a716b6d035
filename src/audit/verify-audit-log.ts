import type { Database } from '../db/database.js';
import { follow, START, type ChainPosition } from './audit-chain.js';
import type { AuditEntry } from './audit-entry.entity.js';
import type { AuditStore } from './audit.store.js';

/** Few enough that others get a turn between. */
const ENTRIES_AT_ONCE = 1_000;

export interface AuditVerification {
  readonly ok: boolean;
  /** How many entries there are. */
  readonly entries: number;
  /** The number of the first entry that is missing, changed or not chained; null: none. */
  readonly firstBroken: number | null;
  /** The last entry that the chain leads to. */
  readonly head: ChainPosition;
}

/** Follows the chain from its first entry to its head. What was changed, taken out, put in or cut off at the end is found. */
export async function verifyAuditLog({ database, audit }: { database: Database; audit: AuditStore }, signal?: AbortSignal): Promise<AuditVerification> {
  return database.snapshot(async (tx) => {
    const walk = new ChainWalk();
    for (let next: AuditEntry[] = []; ; ) {
      signal?.throwIfAborted();
      next = await audit.after(tx, next.at(-1)?.sequence ?? 0, ENTRIES_AT_ONCE);
      walk.goOn(next);
      if (next.length < ENTRIES_AT_ONCE) return walk.end(await audit.head(tx));
    }
  });
}

/** Stops at the first break, and counts on. */
class ChainWalk {
  private position = START;
  private entries = 0;
  private firstBroken: number | null = null;

  goOn(next: readonly AuditEntry[]): void {
    this.entries += next.length;
    if (this.firstBroken !== null) return;
    const followed = follow(this.position, next);
    if ('firstBroken' in followed) ({ firstBroken: this.firstBroken } = followed);
    else this.position = followed;
  }

  /** Without a head nothing tells whether the newest entries are there. */
  end(head: ChainPosition | null): AuditVerification {
    const { position, entries } = this;
    const isAtHead = position.sequence === head?.sequence && position.hash === head.hash;
    const firstBroken = this.firstBroken ?? (isAtHead ? null : Math.min(position.sequence, head?.sequence ?? position.sequence) + 1);
    return { ok: firstBroken === null, entries, firstBroken, head: position };
  }
}
