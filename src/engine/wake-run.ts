import type { WakeRun } from '../runs/run-queue.js';

export const ADVANCE_RUN = 'advance_run';

/** One job per run: a later wake-up replaces the one that waits. */
export const wakeRun: WakeRun = async (tx, runId, at) => {
  await tx.query(`select graphile_worker.add_job($1, json_build_object('runId', $2::text), job_key => 'run:' || $2::text, run_at => $3::timestamptz)`, [
    ADVANCE_RUN,
    runId,
    at ?? null,
  ]);
};
