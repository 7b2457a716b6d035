import { createHash } from 'node:crypto';
import { canonicalJson } from '../kernel/json.js';
import type { AuditEntry } from './audit-entry.entity.js';

/** Where a chain stands: its last entry, or nothing yet. */
export interface ChainPosition {
  readonly sequence: number;
  readonly hash: string;
}

/** What the first entry is chained to. */
export const START: ChainPosition = { sequence: 0, hash: '0'.repeat(64) };

export type AuditContent = Pick<AuditEntry, 'id' | 'at' | 'actor' | 'action' | 'subject' | 'details'>;

/** SHA-256, in hex, of what an entry says: canonical JSON of its id, at, actor, action, subject and details. */
export function contentHashOf({ id, at, actor, action, subject, details }: AuditContent): string {
  return sha256(canonicalJson({ id, at: at.toISOString(), actor, action, subject, details }));
}

/** Follows the chain through the next entries: where it stands after them, or the number of the first one that does not fit. */
export function follow(from: ChainPosition, entries: readonly AuditEntry[]): ChainPosition | { readonly firstBroken: number } {
  let { sequence, hash } = from;
  for (const entry of entries) {
    sequence += 1;
    const link = sha256(`${sequence}:${hash}:${contentHashOf(entry)}`);
    if (entry.sequence !== sequence || entry.previousHash !== hash || entry.hash !== link) return { firstBroken: sequence };
    hash = link;
  }
  return { sequence, hash };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
