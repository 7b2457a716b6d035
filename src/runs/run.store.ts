import type { ResolvedTarget } from '@countermeasure/sdk';
import { LRUCache } from 'lru-cache';
import type { SelectQueryBuilder } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { idsWithin, narrow } from '../auth/limits.store.js';
import { insertMany, type Statement, type Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { playbookWithin } from '../playbooks/playbook.store.js';
import type { RunFamily } from './follow-up-rules.js';
import { type Attempt } from './attempt.entity.js';
import { RunEvent } from './run-event.entity.js';
import { RunStep } from './run-step.entity.js';
import { RunTarget } from './run-target.entity.js';
import type { RunTransition } from './run-transition.js';
import { Run } from './run.entity.js';
import { isRunFinal, type RunStatus } from './run.machine.js';
import { SAVE_TRANSITION } from './save-transition.sql.js';

/** A pinned target never changes, and every look at the provider asks for it. */
const KEPT_TARGETS = 10_000;

/** Which runs are asked for; what is left out does not limit. */
export interface RunFilter {
  readonly playbookId?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  /** As whoever started the run named the target. */
  readonly targetId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** How far a run has come. */
export type RunState = Pick<Run, 'id' | 'status'>;

/** SQL that holds of a run within limits: so is its playbook, and none of its own steps acts by a connection beyond them. `run` is its alias. */
export function runWithin(run: string): string {
  return `${playbookWithin(`${run}.playbook_id`)}
    and not exists (select from run_step acting where acting.run_id = ${run}.id and acting.connection_id <> all(cast(:limitConnectionIds as text[])))`;
}

/** The tables of runs. A run is changed only under its row's lock: `lock`, a transition, `save`. */
export class RunStore {
  private readonly pinned = new LRUCache<string, ResolvedTarget>({ max: KEPT_TARGETS });

  /** Any number of new runs, in a few statements. */
  async insert(tx: Tx, transitions: readonly RunTransition[]): Promise<void> {
    await Promise.all([
      insertMany(tx, Run, transitions.map(({ run }) => run)),
      insertMany(tx, RunStep, transitions.flatMap(({ steps }) => steps)),
      insertMany(tx, RunEvent, transitions.flatMap(({ events }) => events)),
    ]);
  }

  /**
   * Locks a run and reads all of it; undefined when there is no such run. `now` is the database's: the clocks of processes
   * differ, and what one of them puts off until a time, another one takes up at that time.
   */
  async lock(tx: Tx, runId: string): Promise<{ run: Run; steps: RunStep[]; now: Date } | undefined> {
    // Sent together, carried out one after the other: the second one sees what whoever held the lock has left, and tells the moment after the wait for it.
    const [[run], rows] = await Promise.all([
      selectAs<Run>(tx, 'select * from run where id = $1 for update', [runId]),
      selectAs<RunStep & { now: Date }>(tx, 'select *, clock_timestamp() as now from run_step where run_id = $1 order by position', [runId]),
    ]);
    if (!run) return undefined;
    const steps = rows.map(({ now: _now, ...step }) => step);
    return { run, steps, now: rows.at(-1)?.now ?? new Date() };
  }

  /**
   * Locks everything that can come of a run, so that of two retries or undos the second sees the first: the lock is that of
   * the run which all the others go back to. undefined when there is no such run.
   */
  async lockFamily(tx: Tx, runId: string): Promise<RunFamily | undefined> {
    const [origin] = await tx.query<{ id: string }[]>(ORIGIN_OF, [runId]);
    if (!origin) return undefined;
    await tx.query('select from run where id = $1 for update', [origin.id]);
    const runs = await selectAs<Run>(tx, FAMILY_OF, [origin.id]);
    const done = await tx.query<{ runId: string; keys: string[] }[]>(
      `select run_id as "runId", array_agg(key) as keys from run_step where run_id = any($1) and status = 'SUCCEEDED' group by run_id`,
      [runs.map(({ id }) => id)],
    );
    return { runs, doneKeys: new Map(done.map(({ runId: id, keys }) => [id, keys])) };
  }

  /** The retries and undos of runs, in the order in which they were started. */
  async followUpsOf(tx: Tx, runIds: readonly string[]): Promise<Run[]> {
    return selectAs<Run>(tx, 'select * from run where retry_of_id = any($1) or undoes_id = any($1) order by id', [runIds]);
  }

  /** The newest runs of each playbook that are within the limits, the newest first; each playbook costs a look into the index. */
  lastOf(tx: Tx, playbookIds: readonly string[], limits: Limits, count: number): Promise<Run[]> {
    // As a value, limits are looked at run by run, from the newest on; as a condition they would be joined with all runs first.
    const own = narrow(tx.createQueryBuilder(Run, 'own').select('own.id', 'id').where('own.playbook_id = asked.id'), limits, `select ${runWithin('own')}`);
    const newest = own.orderBy('own.id', 'DESC').limit(count);
    return tx
      .createQueryBuilder(Run, 'run')
      .where(`run.id in (select newest.id from unnest(cast(:playbookIds as text[])) as asked(id) cross join lateral (${newest.getQuery()}) newest)`)
      .setParameters({ ...newest.getParameters(), playbookIds: [...playbookIds] })
      .orderBy('run.id', 'DESC')
      .getMany();
  }

  /** Writes everything that a transition changed, in one statement. */
  save({ run, changedSteps, attempts, events }: RunTransition): Statement {
    const changes = [[...changedSteps], [...attempts.values()], events].map((rows) => JSON.stringify(rows));
    return { name: 'save_transition', sql: SAVE_TRANSITION, parameters: [run.id, run.status, run.lastSequence, run.startedAt, run.finishedAt, ...changes, run.paused, changedSteps.size] };
  }

  async findByIds(tx: Tx, ids: readonly string[]): Promise<Run[]> {
    return selectAs<Run>(tx, 'select * from run where id = any($1)', [ids]);
  }

  async findSteps(tx: Tx, ids: readonly string[]): Promise<RunStep[]> {
    return selectAs<RunStep>(tx, 'select * from run_step where id = any($1)', [ids]);
  }

  async stepsOf(tx: Tx, runIds: readonly string[]): Promise<RunStep[]> {
    return selectAs<RunStep>(tx, 'select * from run_step where run_id = any($1) order by run_id, position', [runIds]);
  }

  async attemptsOf(tx: Tx, stepIds: readonly string[]): Promise<Attempt[]> {
    return selectAs<Attempt>(tx, 'select * from attempt where run_step_id = any($1) order by run_step_id, number', [stepIds]);
  }

  async eventsOf(tx: Tx, runId: string, after: number, first: number): Promise<RunEvent[]> {
    return selectAs<RunEvent>(tx, 'select * from run_event where run_id = $1 and sequence > $2 order by sequence limit $3', [runId, after, first]);
  }

  /** Those of the ids that are within the limits. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, Run, 'run', ids, limits, runWithin('run'));
  }

  page(tx: Tx, filter: RunFilter & { limits: Limits }, request: PageRequest): Promise<Page<Run>> {
    return readPage(filtered(tx, filter), request);
  }

  /** Those of the ids that match, in the order of the ids. */
  matching(tx: Tx, ids: readonly string[], filter: RunFilter & { limits: Limits }): Promise<Run[]> {
    return filtered(tx, filter).andWhere('run.id = any(:ids)', { ids: [...ids] }).orderBy('run.id').getMany();
  }

  async newestId(tx: Tx): Promise<string> {
    const [newest] = await tx.query<{ id: string | null }[]>('select max(id) as id from run');
    return newest?.id ?? '';
  }

  statesOf(tx: Tx, ids: readonly string[]): Promise<RunState[]> {
    return tx.query('select id, status from run where id = any($1)', [ids]);
  }

  /** The states of the runs that are not over, and of those that are newer than `after`. */
  statesSince(tx: Tx, after: string): Promise<RunState[]> {
    return tx.query('select id, status from run where finished_at is null union select id, status from run where id > $1', [after]);
  }

  async copyTargets(tx: Tx, fromRunId: string, toRunId: string): Promise<void> {
    await tx.query('insert into run_target (run_id, connection_id, target) select $2, connection_id, target from run_target where run_id = $1', [fromRunId, toRunId]);
  }

  async findTarget(tx: Tx, runId: string, connectionId: string): Promise<ResolvedTarget | undefined> {
    const key = `${runId} ${connectionId}`;
    const kept = this.pinned.get(key);
    if (kept) return kept;
    const found = await tx.findOneBy(RunTarget, { runId, connectionId });
    if (found) this.pinned.set(key, found.target);
    return found?.target;
  }

  /** Pins the identity that this run acts on by a connection. Whoever pinned first decides, and the run shows the first of all. */
  async pinTarget(tx: Tx, runId: string, connectionId: string, target: ResolvedTarget): Promise<ResolvedTarget> {
    const pinned = await tx.query<unknown[]>(PIN_TARGET, [runId, connectionId, JSON.stringify(target), target.displayName, target.username ?? null, target.privileged ?? null]);
    if (pinned.length === 0) return (await this.findTarget(tx, runId, connectionId)) ?? target;
    this.pinned.set(`${runId} ${connectionId}`, target);
    return target;
  }
}

function filtered(tx: Tx, filter: RunFilter & { limits: Limits }): SelectQueryBuilder<Run> {
  const query = tx.createQueryBuilder(Run, 'run');
  const { playbookId, statuses, targetId, batchId, dryRun, limits } = filter;
  if (playbookId !== undefined) query.andWhere('run.playbook_id = :playbookId', { playbookId });
  if (statuses !== undefined) query.andWhere('run.status = any(:statuses)', { statuses });
  // Few runs are not over, and an index has them: without it, those that wait would be looked for among all that there ever were.
  if (statuses?.every((status) => !isRunFinal(status))) query.andWhere('run.finished_at is null');
  if (targetId !== undefined) query.andWhere('run.target_id = :targetId', { targetId });
  if (batchId !== undefined) query.andWhere('run.batch_id = :batchId', { batchId });
  if (dryRun !== undefined) query.andWhere('run.dry_run = :dryRun', { dryRun });
  return narrow(query, limits, runWithin('run'));
}

/** No row: somebody else has pinned it. */
const PIN_TARGET = `
with pinned as (
  insert into run_target (run_id, connection_id, target) values ($1, $2, $3) on conflict do nothing returning run_id
), shown as (
  update run set target_display_name = $4, target_username = $5, target_privileged = $6 from pinned
  where run.id = pinned.run_id and not exists (select from run_target other where other.run_id = run.id)
)
select run_id from pinned`;

const ORIGIN_OF = `
with recursive line as (
  select id, coalesce(undoes_id, retry_of_id) as earlier_id from run where id = $1
  union all
  select run.id, coalesce(run.undoes_id, run.retry_of_id) from run join line on run.id = line.earlier_id
)
select id from line where earlier_id is null`;

const FAMILY_OF = `
with recursive family as (
  select * from run where id = $1
  union
  select run.* from run join family on run.retry_of_id = family.id or run.undoes_id = family.id
)
select * from family order by id`;

/** Plain SQL where it is hot: hydrating entities costs many times the CPU of reading the rows. */
async function selectAs<Row extends object>(tx: Tx, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const rows = await tx.query<Record<string, unknown>[]>(sql, [...parameters]);
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [toCamelCase(column), value])) as Row);
}

function toCamelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
