import type { ConnectionChecker } from '../connections/connection-checker.js';
import type { WakeCheck } from '../connections/connection-queue.js';
import type { ConnectionReader } from '../connections/connection-reader.js';
import type { ConnectionStore } from '../connections/connection.store.js';
import type { Pace } from '../connections/pace.js';
import type { Database } from '../db/database.js';

export const CHECK_CONNECTION = 'check_connection';

/** How old the last check of a connection may grow. */
const CHECK_EVERY_MS = 10 * 60_000;

/** An accepted consent is looked for again and again until it works. */
const LOOK_FOR_CONSENT_EVERY_MS = 20_000;

/** How long used and expired links stay, so that whoever comes late is told what became of theirs. */
const KEEP_LINKS_MS = 7 * 24 * 60 * 60_000;

/** One job per connection: a later wake-up replaces the one that waits. */
export const wakeCheck: WakeCheck = async (tx, connectionId, at) => {
  await tx.query(
    `select graphile_worker.add_job($1, json_build_object('connectionId', $2::text), job_key => 'check:' || $2::text, run_at => $3::timestamptz, max_attempts => 3)`,
    [CHECK_CONNECTION, connectionId, at ?? null],
  );
};

interface Deps {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly reader: ConnectionReader;
  readonly checker: ConnectionChecker;
  readonly pace: Pace;
}

/** Keeps what is known of the connections true, without anybody asking. */
export class ConnectionWatch {
  constructor(private readonly deps: Deps) {}

  async check(connectionId: string): Promise<void> {
    const { database, connections, reader, checker, pace } = this.deps;
    const [connection] = await connections.findByIds(database.reader, [connectionId]);
    if (!connection) return;
    // Its steps are not to wait for a tenant that nobody looks at any more: they fail, and say why.
    if (connection.deletedAt !== null) return pace.checked(connection, undefined);
    await checker.check(connection);
    const { consent } = await reader.consentOf(database.reader, connection);
    const openUntil = await pace.openUntil(connectionId);
    if (openUntil !== undefined) await wakeCheck(database.reader, connectionId, openUntil);
    else if (consent.status === 'PENDING') await wakeCheck(database.reader, connectionId, new Date(Date.now() + LOOK_FOR_CONSENT_EVERY_MS));
  }

  async wakeDue(): Promise<void> {
    const { database, connections } = this.deps;
    const now = Date.now();
    for (const id of await connections.dueForCheck(database.reader, new Date(now - CHECK_EVERY_MS))) await wakeCheck(database.reader, id);
    await connections.deleteConsentRequestsExpiredBefore(database.reader, new Date(now - KEEP_LINKS_MS));
  }
}
