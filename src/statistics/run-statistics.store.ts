import type { SelectQueryBuilder } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { narrow } from '../auth/limits.store.js';
import type { Tx } from '../db/database.js';
import { earliestId } from '../kernel/ids.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import { RunStep } from '../runs/run-step.entity.js';
import { Run } from '../runs/run.entity.js';
import { runWithin } from '../runs/run.store.js';
import { ReceivedEvent } from '../triggers/event.entity.js';
import type { ContainTimes, RunCount } from './run-statistics.js';

/** A run and its id are made in one go; no clock is put back further than this in between. */
const CLOCK_SLACK_MS = 60 * 60_000;

/** Counts runs where they lie. Dry runs are none of them. */
export class RunStatisticsStore {
  /** `days`: when each of them begins, the oldest first. Days are told by moments, so that no time zone is left to the database. */
  countRuns(tx: Tx, days: readonly Date[], limits: Limits): Promise<RunCount[]> {
    const query = startedSince(tx, days[0] ?? new Date(), limits)
      .select('width_bucket(run.created_at, cast(:days as timestamptz[])) - 1', 'day')
      .addSelect('run.status', 'status')
      .addSelect('count(*)::int', 'runs')
      .groupBy('day')
      .addGroupBy('run.status');
    return query.setParameter('days', [...days]).getRawMany<RunCount>();
  }

  /**
   * From the event of a run to the end of the last of its steps that contain, for runs that have nothing more to
   * contain. `actions`: those that contain. `bounds`: where one part of the histogram ends and the next one begins.
   */
  timesToContain(tx: Tx, { since, actions, bounds, limits }: { since: Date; actions: readonly string[]; bounds: readonly number[]; limits: Limits }): Promise<ContainTimes[]> {
    const times = startedSince(tx, since, limits)
      .innerJoin(ReceivedEvent, 'event', 'event.id = run.event_id and event.event_type <> :schedule')
      .innerJoin(RunStep, 'step', 'step.run_id = run.id and step.action_id = any(:actions)')
      // The clock of a sender may be ahead of ours.
      .select(`greatest(extract(epoch from max(step.finished_at) filter (where step.status = 'SUCCEEDED') - event.occurred_at), 0)::float8`, 'seconds')
      .groupBy('run.id')
      .addGroupBy('event.occurred_at')
      // Steps are skipped for their conditions, and for the failure of others.
      .having(`bool_and(step.status = 'SUCCEEDED' or (step.status = 'SKIPPED' and run.status = 'SUCCEEDED'))`)
      // A retry has the steps of the run before as done, with no attempt of its own.
      .andHaving(`bool_or(step.status = 'SUCCEEDED' and step.attempt_number > 0)`);
    return tx
      .createQueryBuilder()
      .select('bucket')
      .addSelect('count(*)::int', 'runs')
      .addSelect('percentile_disc(0.5) within group (order by seconds)', 'medianSeconds')
      .addSelect('percentile_disc(0.9) within group (order by seconds)', 'percentile90Seconds')
      .from(`(select seconds, width_bucket(seconds, cast(:bounds as float8[])) as bucket from (${times.getQuery()}) timed)`, 'contained')
      .groupBy('grouping sets ((), (bucket))')
      .setParameters({ ...times.getParameters(), schedule: SCHEDULE, actions: [...actions], bounds: [...bounds] })
      .getRawMany<ContainTimes>();
  }
}

/** Ids sort by time, so the index of the primary key finds the runs of the last days. */
function startedSince(tx: Tx, since: Date, limits: Limits): SelectQueryBuilder<Run> {
  const earliest = earliestId('run', new Date(since.getTime() - CLOCK_SLACK_MS));
  const query = tx.createQueryBuilder(Run, 'run').where('run.id >= :earliest and run.created_at >= :since and not run.dry_run', { earliest, since });
  return narrow(query, limits, runWithin('run'));
}
