import { AuditAnchor } from './audit/audit-anchor.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditService } from './audit/audit.service.js';
import { AuditStore } from './audit/audit.store.js';
import type { Database } from './db/database.js';
import type { Logger } from './kernel/logger.js';

/** Who did what: told, kept, read and proved. */
export function createAudit({ database, logger }: { database: Database; logger: Logger }) {
  const store = new AuditStore();
  const audit = new AuditLog({ database, audit: store });
  return {
    audit,
    auditAnchor: new AuditAnchor({ database, audit: store, logger }),
    auditService: new AuditService({ database, audit: store }),
  };
}
