import type { Tx } from '../db/database.js';

/** One job per key: a later wake-up replaces the one that waits. */
export async function addJob(tx: Tx, task: string, key: string, payload: object, at: Date | undefined): Promise<void> {
  await tx.query('select graphile_worker.add_job($1, $2::json, job_key => $3, run_at => $4::timestamptz)', [task, JSON.stringify(payload), key, at ?? null]);
}

/**
 * A job that is replaced while it runs is kept until it ends; when its worker dies instead, or it fails, it stays in the table
 * for good, and so does a job of the minute that was cut off. Others do their work by now. Events that could not be matched
 * are nobody else's work: those jobs stay, for an operator to see.
 */
export async function dropDeadJobs(tx: Tx): Promise<void> {
  await tx.query(DROP_DEAD_JOBS);
}

const DROP_DEAD_JOBS = `
select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs
where key is null and attempts >= max_attempts and locked_at is null and task_identifier <> 'match_events'`;
