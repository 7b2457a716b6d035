import type { Tx } from '../db/database.js';

/** What waits in the database at one moment. */
export interface Backlog {
  readonly readyJobs: readonly { readonly task: string; readonly count: number; readonly ageSeconds: number }[];
  readonly eventsWaiting: number;
  readonly unfinishedRuns: readonly { readonly status: string; readonly count: number }[];
  readonly heldRuns: number;
  readonly isPaused: boolean;
  readonly approvalsWaiting: number;
  readonly approvalsOverdue: number;
  readonly feedLagSeconds: number;
  readonly feedsFailing: number;
  readonly workers: number;
}

type Numbers = Omit<Backlog, 'readyJobs' | 'eventsWaiting' | 'unfinishedRuns'>;

/** What it costs grows with what waits and not with what ever was; of the queue, jobs for later count, too: 200,000 of them took some 300 ms on a busy machine, at most once in five seconds. */
export async function readBacklog(tx: Tx): Promise<Backlog> {
  const readyJobs = await tx.query<Backlog['readyJobs']>(READY_JOBS);
  const [events] = await tx.query<{ eventsWaiting: number }[]>(EVENTS_WAITING);
  const unfinishedRuns = await tx.query<Backlog['unfinishedRuns']>('select status, count(*)::int as count from run where finished_at is null group by status');
  const [numbers] = await tx.query<Numbers[]>(NUMBERS);
  if (!numbers) throw new Error('A statement that always has one row had none.');
  return { readyJobs, eventsWaiting: events?.eventsWaiting ?? 0, unfinishedRuns, ...numbers };
}

/** The queue's view of its jobs leaves out the column that tells jobs that are free. */
const READY_JOBS = `
select task.identifier as task, count(*)::int as count, extract(epoch from now() - min(job.run_at))::float8 as "ageSeconds"
from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id
where job.is_available = true and job.run_at <= now()
group by task.identifier`;

const EVENTS_WAITING = `
select coalesce(sum(json_array_length(job.payload -> 'eventIds')), 0)::int as "eventsWaiting"
from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id
where job.is_available = true and job.run_at <= now() and task.identifier = 'match_events'`;

const NUMBERS = `
select
  (select count(*) from run where paused)::int as "heldRuns",
  exists (select from guardrail_settings where paused_at is not null) as "isPaused",
  (select count(*) from approval where status = 'PENDING')::int as "approvalsWaiting",
  (select count(*) from approval where status = 'PENDING' and expires_at < now())::int as "approvalsOverdue",
  (select coalesce(greatest(extract(epoch from now() - min(next_look_at)), 0), 0) from event_feed where active)::float8 as "feedLagSeconds",
  (select count(*) from event_feed where active and failures > 0)::int as "feedsFailing",
  (select count(*) from worker_process where heartbeat_at > now() - interval '20 seconds')::int as workers`;
