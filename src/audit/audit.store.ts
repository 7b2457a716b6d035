import { In, MoreThan } from 'typeorm';
import type { Statement, Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { contentHashOf, type AuditContent, type ChainPosition } from './audit-chain.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditHead } from './audit-head.entity.js';

export class AuditStore {
  /** Has the commit chain the entries to those before. */
  append(entries: readonly AuditContent[]): Statement {
    const hashed = entries.map((entry) => ({ ...entry, contentHash: contentHashOf(entry) }));
    return { name: 'append_audit', sql: `insert into audit_told (id, entry) select entry->>'id', entry from jsonb_array_elements($1::jsonb) as entry`, parameters: [JSON.stringify(hashed)] };
  }

  /** Where the chain ends, as it was written down beside it; null when somebody took that away. */
  head(tx: Tx): Promise<ChainPosition | null> {
    return tx.findOneBy(AuditHead, { id: 1 });
  }

  /** The next entries, in the order of the chain. */
  after(tx: Tx, sequence: number, limit: number): Promise<AuditEntry[]> {
    return tx.find(AuditEntry, { where: { sequence: MoreThan(sequence) }, order: { sequence: 'ASC' }, take: limit });
  }

  page(tx: Tx, { subject }: { subject?: string | undefined }, request: PageRequest): Promise<Page<AuditEntry>> {
    const query = tx.createQueryBuilder(AuditEntry, 'entry');
    if (subject !== undefined) query.where('entry.subject = :subject', { subject });
    return readPage(query, request, 'sequence');
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<AuditEntry[]> {
    return tx.findBy(AuditEntry, { id: In([...ids]) });
  }
}
