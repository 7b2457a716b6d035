import { contentHashOf } from '../audit/audit-chain.js';
import { AuditStore } from '../audit/audit.store.js';
import { verifyAuditLog } from '../audit/verify-audit-log.js';
import { canonicalJson } from '../kernel/json.js';
import { withDatabase } from './connect-database.js';

const ENTRIES_AT_ONCE = 1_000;

/** One entry per line, in canonical JSON, so that the chain can be checked with nothing of ours. */
export async function exportAuditLog({ after }: { after: number }): Promise<void> {
  const audit = new AuditStore();
  await withDatabase(async (database) => {
    for (let last = after; ; ) {
      const entries = await audit.after(database.reader, last, ENTRIES_AT_ONCE);
      for (const entry of entries) await writeLine(canonicalJson({ ...entry, contentHash: contentHashOf(entry) }));
      if (entries.length < ENTRIES_AT_ONCE) return;
      last = entries.at(-1)?.sequence ?? last;
    }
  });
}

/** Exit code 1 when it is not whole, or does not hold the entry that the operator wrote down earlier. */
export async function verifyAudit({ anchor }: { anchor?: { sequence: number; hash: string } | undefined }): Promise<void> {
  const audit = new AuditStore();
  await withDatabase(async (database) => {
    const { ok, entries, firstBroken, head } = await verifyAuditLog({ database, audit });
    const [anchored] = anchor ? await audit.after(database.reader, anchor.sequence - 1, 1) : [];
    const isAnchored = anchor === undefined || (anchored?.sequence === anchor.sequence && anchored.hash === anchor.hash);
    if (ok) console.log(`The audit log is whole: ${entries} entries. It ends with ${head.sequence}:${head.hash}`);
    else console.log(`The audit log was changed: of ${entries} entries, number ${firstBroken} is the first that is missing, changed or not chained.`);
    if (!isAnchored) console.log(`The entry ${anchor.sequence} is not the one that was written down: the log was rewritten since.`);
    if (!ok || !isAnchored) process.exitCode = 1;
  });
}

/** Waits when whoever reads is slower. */
async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
