import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import type { Page, PageRequest } from '../db/page.js';
import { refuseIfAny } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { AuditEntry } from './audit-entry.entity.js';
import type { AuditStore } from './audit.store.js';
import { verifyAuditLog, type AuditVerification } from './verify-audit-log.js';

interface Deps {
  readonly database: Database;
  readonly audit: AuditStore;
}

/** The audit log as it is read and proved. It is written by the AuditLog alone. */
export class AuditService {
  constructor(private readonly deps: Deps) {}

  async page(session: Session, filter: { subject?: string | undefined }, request: PageRequest): Promise<Page<AuditEntry>> {
    session.assert('audit:read');
    refuseIfAny(textProblems(filter.subject ?? '', ['subject']));
    return this.deps.audit.page(this.deps.database.reader, filter, request);
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<AuditEntry[]> {
    session.assert('audit:read');
    return this.deps.audit.findByIds(this.deps.database.reader, ids.filter((id) => isId('auditEntry', id)));
  }

  async verify(session: Session, signal: AbortSignal): Promise<AuditVerification> {
    session.assert('audit:read');
    return verifyAuditLog(this.deps, signal);
  }
}
