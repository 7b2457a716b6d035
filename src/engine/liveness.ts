import os from 'node:os';
import { DatabaseSession } from '../db/session.js';
import type { Logger } from '../kernel/logger.js';
import { addRunJob } from './wake-run.js';

const LOCK_CLASS = 7001;
const SWEEP_EVERY_MS = 1_000;

/** A worker that has not told of itself for so long is hung; its session is ended, and with it the process. */
const HUNG_AFTER_SECONDS = 20;

/**
 * Proof of life. The session of a living worker holds an advisory lock; whoever can take the lock has proved that the
 * worker is gone, unlocks its jobs and wakes the runs it was working on.
 */
export class Liveness {
  private session: DatabaseSession | undefined;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly deps: { databaseUrl: string; logger: Logger; onLost: (cause: Error) => void }) {}

  async begin(workerId: string): Promise<void> {
    const session = await DatabaseSession.open(this.deps.databaseUrl, applicationNameOf(workerId), this.deps.onLost);
    this.session = session;
    await session.query('select pg_advisory_lock($1, hashtext($2))', [LOCK_CLASS, workerId]);
    await session.query(
      `insert into worker_process (worker_id, backend_pid, host, os_pid, heartbeat_at) values ($1, pg_backend_pid(), $2, $3, now())`,
      [workerId, os.hostname(), process.pid],
    );
    this.timer = setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep(session, workerId));
    }, SWEEP_EVERY_MS);
  }

  /** Leaves in good order: what this worker still held is given to the others at once. */
  async end(workerId: string): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
    const { session } = this;
    if (!session) return;
    await session.transact(() => this.bury(session, [workerId]));
    await session.close();
  }

  private async sweep(session: DatabaseSession, workerId: string): Promise<void> {
    try {
      await session.transact(async () => {
        await session.query('update worker_process set heartbeat_at = now() where worker_id = $1', [workerId]);
        await session.query(END_HUNG_SESSIONS, [workerId, HUNG_AFTER_SECONDS, applicationNameOf('')]);
        const gone = await session.query<{ worker_id: string }>(FIND_GONE, [workerId, LOCK_CLASS]);
        if (gone.length > 0) await this.bury(session, gone.map(({ worker_id }) => worker_id));
      });
    } catch (error) {
      this.deps.logger.warn({ err: error }, 'The look for workers that went away failed; the next one is in a second.');
    }
  }

  private async bury(session: DatabaseSession, workerIds: readonly string[]): Promise<void> {
    await session.query('delete from worker_process where worker_id = any($1)', [workerIds]);
    await session.query('select graphile_worker.force_unlock_workers($1::text[])', [workerIds]);
    const woken = await session.query<{ id: string }>(WAKE_RUNS_OF, [workerIds]);
    this.deps.logger.info({ workerIds, runs: woken.length }, 'Workers went away; their runs go on elsewhere.');
  }
}

function applicationNameOf(workerId: string): string {
  return `countermeasure ${workerId}`;
}

/** A backend's pid can belong to another session by now; the application's name tells whether it still is the worker's. */
const END_HUNG_SESSIONS = `
select pg_terminate_backend(activity.pid)
from worker_process
join pg_stat_activity activity on activity.pid = worker_process.backend_pid and activity.application_name = $3 || worker_process.worker_id
where worker_process.worker_id <> $1 and worker_process.heartbeat_at < now() - make_interval(secs => $2)`;

const FIND_GONE = `
with others as materialized (select worker_id from worker_process where worker_id <> $1)
select worker_id from others where pg_try_advisory_xact_lock($2, hashtext(worker_id))`;

/**
 * An unlocked job is not enough: a job that was replaced by a later wake-up while it ran can no longer run, and its run
 * would wait for that later time.
 */
const WAKE_RUNS_OF = `
select run.id, (${addRunJob()}).id from run
where run.id in (select run_id from run_step where worker_id = any($1) and status in ('RUNNING', 'VERIFYING'))`;
