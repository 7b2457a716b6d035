import { Logger as GraphileLogger, parseCronItems, run, type Job, type JobHelpers, type Runner } from 'graphile-worker';
import { EventEmitter, setMaxListeners } from 'node:events';
import type { AuditAnchor } from '../audit/audit-anchor.js';
import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/metrics.js';
import type { NotificationKey } from '../approvals/approval-queue.js';
import { RunAdvancer } from './advance-run.js';
import { DELIVER_NOTIFICATION, EXPIRE_APPROVAL, REMIND_APPROVAL, type ApprovalJobs } from './approval-jobs.js';
import { BatchShare } from './batch-share.js';
import { CHECK_CONNECTION, type ConnectionWatch } from './check-connections.js';
import { dropDeadJobs } from './jobs.js';
import { Liveness } from './liveness.js';
import { reconcile } from './reconcile.js';
import { WorkerStopping } from './step-failure.js';
import { LOOK_AT_FEED, MATCH_EVENTS, type TriggerJobs } from './trigger-jobs.js';
import { ADVANCE_RUN, BATCH_FLAG, wakeRun } from './wake-run.js';

const RECONCILE = 'reconcile';
const WATCH_CONNECTIONS = 'watch_connections';
const WATCH_APPROVALS = 'watch_approvals';
const TICK_SCHEDULES = 'tick_schedules';
const SWEEP_EVENTS = 'sweep_events';
const ANCHOR_AUDIT_LOG = 'anchor_audit_log';

/** How long running steps may take to end by themselves before their calls are aborted. */
const GRACE_MS = 10_000;

interface Deps {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly concurrency: number;
  readonly advancer: Omit<ConstructorParameters<typeof RunAdvancer>[0], 'logger'>;
  readonly connectionWatch: ConnectionWatch;
  readonly approvalJobs: ApprovalJobs;
  readonly triggerJobs: TriggerJobs;
  readonly auditAnchor: AuditAnchor;
  /** The proof of life is gone: this process must stop calling providers at once. */
  readonly onLivenessLost: (cause: Error) => void;
}

/** One worker process: takes wake-ups from the queue and carries their runs on. The queue only wakes; all state is in our tables. */
export class Engine {
  private readonly stopping = new AbortController();
  private runner: Runner | undefined;
  private workerId = '';
  private readonly liveness: Liveness;
  private readonly advancer: RunAdvancer;

  constructor(private readonly deps: Deps) {
    // Every running step listens to it.
    setMaxListeners(0, this.stopping.signal);
    this.advancer = new RunAdvancer({ ...deps.advancer, logger: deps.logger }, this.stopping.signal);
    this.liveness = new Liveness({ databaseUrl: deps.database.directUrl, logger: deps.logger, onLost: deps.onLivenessLost });
  }

  async start(): Promise<void> {
    const { database, logger, concurrency, connectionWatch, approvalJobs, triggerJobs, auditAnchor } = this.deps;
    const events = new EventEmitter();
    const batchShare = new BatchShare(concurrency);
    countJobs(events, this.deps.metrics);
    const living = new Promise<string>((resolve, reject) => {
      events.once('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
        this.workerId = workerPool.id;
        this.liveness.begin(workerPool.id).then(() => resolve(workerPool.id), reject);
      });
    });
    this.runner = await run({
      connectionString: database.directUrl,
      events,
      logger: toGraphileLogger(logger),
      noHandleSignals: true,
      pollInterval: 500,
      maxPoolSize: concurrency + 2,
      forbiddenFlags: batchShare.forbiddenFlags,
      preset: {
        worker: {
          concurrentJobs: concurrency,
          // What was fetched ahead and not begun goes back soon: newer jobs may be more urgent.
          localQueue: { size: concurrency + 1, ttl: 1_000 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          gracefulShutdownAbortTimeout: GRACE_MS,
        },
      },
      parsedCronItems: parseCronItems([RECONCILE, WATCH_CONNECTIONS, WATCH_APPROVALS, TICK_SCHEDULES, SWEEP_EVENTS, ANCHOR_AUDIT_LOG].map((task) => ({ task, match: '* * * * *', options: { backfillPeriod: 0, maxAttempts: 1 } }))),
      taskList: {
        [ADVANCE_RUN]: async (payload: unknown, helpers: JobHelpers) => {
          const workerId = await living;
          helpers.abortSignal.addEventListener('abort', () => this.abortRunningSteps(), { once: true });
          const { runId } = payload as { runId: string };
          const advance = (): Promise<void> => this.advancer.advance(runId, { workerId, priority: helpers.job.priority });
          if (helpers.job.flags?.[BATCH_FLAG] !== true) return advance();
          if (!(await batchShare.within(advance))) await wakeRun(database.reader, runId);
        },
        [CHECK_CONNECTION]: (payload: unknown) => connectionWatch.check((payload as { connectionId: string }).connectionId),
        [DELIVER_NOTIFICATION]: (payload: unknown) => approvalJobs.deliver(payload as NotificationKey),
        [EXPIRE_APPROVAL]: (payload: unknown) => approvalJobs.expire((payload as { approvalId: string }).approvalId),
        [REMIND_APPROVAL]: (payload: unknown) => approvalJobs.remind((payload as { approvalId: string }).approvalId),
        [MATCH_EVENTS]: (payload: unknown) => triggerJobs.match((payload as { eventIds: string[] }).eventIds),
        [LOOK_AT_FEED]: (payload: unknown) => triggerJobs.look((payload as { feedId: string }).feedId),
        [TICK_SCHEDULES]: () => triggerJobs.tick(),
        [SWEEP_EVENTS]: () => triggerJobs.sweep(),
        [ANCHOR_AUDIT_LOG]: () => auditAnchor.tell(),
        [WATCH_APPROVALS]: () => approvalJobs.findForgotten(),
        [WATCH_CONNECTIONS]: () => connectionWatch.wakeDue(),
        [RECONCILE]: async () => {
          await living;
          const woken = await reconcile(database.reader);
          if (woken > 0) logger.warn({ runs: woken }, 'Runs had nobody to wake them; they are woken now.');
          await dropDeadJobs(database.reader);
        },
      },
    });
    await living;
  }

  /** Starts nothing new, lets running steps end within the grace time, hands the rest back. */
  async stop(): Promise<void> {
    this.advancer.drain();
    const abort = setTimeout(() => this.abortRunningSteps(), GRACE_MS);
    await this.runner?.stop();
    clearTimeout(abort);
    this.abortRunningSteps();
    if (this.workerId !== '') await this.liveness.end(this.workerId);
  }

  private abortRunningSteps(): void {
    this.stopping.abort(new WorkerStopping('The worker is stopping.'));
  }
}

/** The queue tells of each job, also of those that it gives up. */
function countJobs(events: EventEmitter, { jobs }: Metrics): void {
  const count = (outcome: string) => ({ job }: { job: Job }) => jobs.inc({ task: job.task_identifier, outcome });
  events.on('job:success', count('ok'));
  events.on('job:error', ({ job }: { job: Job }) => job.attempts < job.max_attempts && count('error')({ job }));
  events.on('job:failed', count('given_up'));
}

function toGraphileLogger(logger: Logger): GraphileLogger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new GraphileLogger(() => (level, message, meta) => {
    const { error: err, ...queue } = meta ?? {};
    logger[levels[level]]({ queue, ...(err !== undefined && { err: err }) }, message);
  });
}
