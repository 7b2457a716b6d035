import type { Tx } from '../db/database.js';

/** One job per key: a later wake-up replaces the one that waits. */
export async function addJob(tx: Tx, task: string, key: string, payload: object, at: Date | undefined): Promise<void> {
  await tx.query('select graphile_worker.add_job($1, $2::json, job_key => $3, run_at => $4::timestamptz)', [task, JSON.stringify(payload), key, at ?? null]);
}
