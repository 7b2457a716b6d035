import type { Tx } from '../db/database.js';
import { addRunJob } from './wake-run.js';

/** Wakes every run that has something to do and nothing that will wake it; what a pause holds, or has just let go, is none of these. Returns how many there were. */
export async function reconcile(tx: Tx): Promise<number> {
  const woken = await tx.query<unknown[]>(WAKE_FORGOTTEN_RUNS);
  return woken.length;
}

const WAKE_FORGOTTEN_RUNS = `
with forgotten as (
  select distinct run_id from run_step
  where (
    (
      ((status = 'QUEUED' and next_attempt_at is null) or (status in ('QUEUED', 'RETRYING') and next_attempt_at < now() - interval '1 minute'))
      and not exists (select from run where run.id = run_step.run_id and run.paused and (
        exists (select from guardrail_settings where paused_at is not null)
        or exists (select from graphile_worker.jobs where jobs.task_identifier = 'advance_run' and jobs.key is null and jobs.attempts < jobs.max_attempts)
      ))
    )
    or (status in ('RUNNING', 'VERIFYING') and (
      not exists (select from worker_process where worker_process.worker_id = run_step.worker_id)
      or claimed_at + make_interval(secs => timeout_ms / 1000.0) < now() - interval '1 minute'
    ))
  )
  and not exists (
    select from graphile_worker.jobs
    where jobs.key = 'run:' || run_step.run_id and jobs.attempts < jobs.max_attempts
      and (jobs.locked_at is not null or jobs.run_at < now() + interval '1 minute')
  )
)
select run.id, (${addRunJob()}).id from run where run.id in (select run_id from forgotten)`;
