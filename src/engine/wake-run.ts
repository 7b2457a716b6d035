import type { WakeWaiting } from '../connections/connection-queue.js';
import type { WakePausedRuns, WakeRun, WakeRuns } from '../runs/run-queue.js';

export const ADVANCE_RUN = 'advance_run';

/** Jobs of a batch's runs carry it, so that a worker can leave them alone. */
export const BATCH_FLAG = 'batch';

/** Lower numbers come first. 0, graphile-worker's own default, is for everything that somebody waits for. */
const BATCH_PRIORITY = 10;

/** The columns of a job that advances a run, as SQL over its row: whoever wakes it, what a batch has started waits behind what was started by itself. */
const PAYLOAD = `json_build_object('runId', run.id)`;
const KEY = `'run:' || run.id`;
const PRIORITY = `case when run.batch_id is null then 0 else ${BATCH_PRIORITY} end`;
const FLAGS = `case when run.batch_id is null then null else array['${BATCH_FLAG}'] end`;

/** Wakes the run that `run` names, as an SQL expression. One job per run: a later wake-up replaces the one that waits. */
export function addRunJob(runAt = 'null'): string {
  return `graphile_worker.add_job('${ADVANCE_RUN}', ${PAYLOAD}, run_at => ${runAt}, job_key => ${KEY}, priority => ${PRIORITY}, flags => ${FLAGS})`;
}

export const wakeRun: WakeRun = async (tx, runId, at) => {
  await tx.query(`select ${addRunJob('$2::timestamptz')} from run where id = $1`, [runId, at ?? null]);
};

export const wakeRuns: WakeRuns = async (tx, runIds) => {
  const [runId, ...others] = runIds;
  // Half the work for the database, and most runs are started alone.
  if (runId !== undefined && others.length === 0) return wakeRun(tx, runId);
  await tx.query(addRunJobs(KEY, 'run.id = any($1)'), [runIds]);
};

/**
 * All in one statement. These jobs have no key: with one they would change jobs that are there, and two statements that
 * change many jobs in different orders can each wait for the other. A second job for a run finds nothing left to claim.
 */
export const wakePausedRuns: WakePausedRuns = async (tx) => {
  await tx.query(addRunJobs('null', 'run.paused'));
};

function addRunJobs(key: string, which: string): string {
  return `
select count(*) from (
  select array_agg(row('${ADVANCE_RUN}', ${PAYLOAD}, null, null, null, ${key}, ${PRIORITY}, ${FLAGS})::graphile_worker.job_spec order by run.id) as specs from run where ${which}
) as held, graphile_worker.add_jobs(held.specs)
where held.specs is not null`;
}

/** In a statement of its own, so that no lock of a run and of a job is held together; who is being worked on is left out. */
export const wakeWaiting: WakeWaiting = async ({ reader }, connectionId, count) => {
  const [woken] = await reader.query<[{ runId: string }[], number]>(END_WAIT, [connectionId, count]);
  for (const { runId } of woken) await wakeRun(reader, runId);
  return woken.length;
};

const END_WAIT = `
with next as (
  select step.id from run_step step join run on run.id = step.run_id
  where step.connection_id = $1 and step.queue_priority is not null and step.next_attempt_at > now()
  order by step.queue_priority, step.next_attempt_at limit $2
  for update of run skip locked
)
update run_step set next_attempt_at = now() from next where run_step.id = next.id
returning run_step.run_id as "runId"`;
