import type { WakePausedRuns, WakeRun } from '../runs/run-queue.js';

export const ADVANCE_RUN = 'advance_run';

/** One job per run: a later wake-up replaces the one that waits. */
export const wakeRun: WakeRun = async (tx, runId, at) => {
  await tx.query(`select graphile_worker.add_job($1, json_build_object('runId', $2::text), job_key => 'run:' || $2::text, run_at => $3::timestamptz)`, [
    ADVANCE_RUN,
    runId,
    at ?? null,
  ]);
};

/**
 * All in one statement. These jobs have no key: with one they would change jobs that are there, and two statements that
 * change many jobs in different orders can each wait for the other. A second job for a run finds nothing left to claim.
 */
export const wakePausedRuns: WakePausedRuns = async (tx) => {
  await tx.query(WAKE_PAUSED_RUNS, [ADVANCE_RUN]);
};

const WAKE_PAUSED_RUNS = `
select count(*) from (
  select array_agg(row($1, json_build_object('runId', id), null, null, null, null, null, null)::graphile_worker.job_spec order by id) as specs from run where paused
) as held, graphile_worker.add_jobs(held.specs)
where held.specs is not null`;
