import type { AuditRecord, AuditTrail } from '../auth/audit-trail.js';
import { shownActor } from '../auth/actor.js';
import type { Database, Tx } from '../db/database.js';
import { newId } from '../kernel/ids.js';
import type { AuditContent } from './audit-chain.js';
import type { AuditStore } from './audit.store.js';

/** Keeps what services tell it, chained, with the commit of the transaction that they tell it in. */
export class AuditLog implements AuditTrail {
  private readonly told = new WeakMap<Tx, AuditContent[]>();

  constructor(private readonly deps: { database: Database; audit: AuditStore }) {}

  record(tx: Tx, record: AuditRecord): void {
    const entry = toContent(record);
    const before = this.told.get(tx);
    if (before) {
      before.push(entry);
      return;
    }
    const entries = [entry];
    this.told.set(tx, entries);
    this.deps.database.beforeCommit(tx, () => this.deps.audit.append(entries));
  }
}

function toContent({ actor, action, subject, details = {} }: AuditRecord): AuditContent {
  // The log is read by more people than the playbook.
  return { id: newId('auditEntry'), at: new Date(), actor: actor && shownActor(actor), action, subject, details };
}
