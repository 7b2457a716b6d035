import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type OperationKind = 'query' | 'mutation' | 'subscription' | 'unresolved';
export type Outcome = 'ok' | 'refused' | 'failed';

/** The ways by which somebody comes in. */
export type Via = 'http' | 'websocket' | 'page' | 'hook';

/** In seconds. From what a database does to what a provider may take. */
const CALL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A run without approvals takes seconds, one with an approval takes as long as people do. */
const RUN_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

/**
 * What the process counts, for Prometheus. Labels hold nothing that callers can make up, or the number of series would have
 * no bound: an action is one of a loaded plugin, a status one of the machine's.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly refusals = new Counter<'code' | 'via'>({
    name: 'countermeasure_refusals_total',
    help: 'Requests and operations that were refused, by code and way in.',
    labelNames: ['code', 'via'],
    registers: [this.registry],
  });

  readonly operations = new Counter<'kind' | 'via' | 'outcome'>({
    name: 'countermeasure_graphql_operations_total',
    help: 'GraphQL operations that came to an end. unresolved: refused before it was known what it is.',
    labelNames: ['kind', 'via', 'outcome'],
    registers: [this.registry],
  });

  readonly durations = new Histogram<'kind' | 'via'>({
    name: 'countermeasure_graphql_operation_duration_seconds',
    help: 'How long queries and mutations took that were carried out.',
    labelNames: ['kind', 'via'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  readonly sockets = new Gauge<'state'>({
    name: 'countermeasure_websockets',
    help: 'Sockets that are open: waiting ones have not said yet who they are.',
    labelNames: ['state'],
    registers: [this.registry],
  });

  readonly runWaits = new Histogram<'dry_run'>({
    name: 'countermeasure_run_wait_seconds',
    help: 'From the moment a run was asked for until a worker began with it.',
    labelNames: ['dry_run'],
    buckets: CALL_BUCKETS,
    registers: [this.registry],
  });

  readonly runs = new Counter<'status' | 'dry_run'>({
    name: 'countermeasure_runs_total',
    help: 'Runs that came to an end, by their final status.',
    labelNames: ['status', 'dry_run'],
    registers: [this.registry],
  });

  readonly runDurations = new Histogram<'status' | 'dry_run'>({
    name: 'countermeasure_run_duration_seconds',
    help: 'From the moment a run was asked for until its end; waiting for people counts.',
    labelNames: ['status', 'dry_run'],
    buckets: RUN_BUCKETS,
    registers: [this.registry],
  });

  readonly steps = new Counter<'action' | 'status'>({
    name: 'countermeasure_steps_total',
    help: 'Steps that came to an end, by their final status.',
    labelNames: ['action', 'status'],
    registers: [this.registry],
  });

  readonly stepWork = new Histogram<'action' | 'outcome'>({
    name: 'countermeasure_step_work_duration_seconds',
    help: 'How long a worker worked on a step at a time, by what came of it. INTERRUPTED: the worker stopped in the middle.',
    labelNames: ['action', 'outcome'],
    buckets: CALL_BUCKETS,
    registers: [this.registry],
  });

  readonly providerCalls = new Counter<'plugin' | 'status'>({
    name: 'countermeasure_provider_calls_total',
    help: 'HTTP requests that plugins sent, by the status of the answer. error: there was none.',
    labelNames: ['plugin', 'status'],
    registers: [this.registry],
  });

  readonly providerCallDurations = new Histogram<'plugin'>({
    name: 'countermeasure_provider_call_duration_seconds',
    help: 'How long the answer to a request of a plugin took to begin.',
    labelNames: ['plugin'],
    buckets: CALL_BUCKETS,
    registers: [this.registry],
  });

  readonly jobs = new Counter<'task' | 'outcome'>({
    name: 'countermeasure_jobs_total',
    help: 'Jobs of the queue that this process worked on: ok, error (tried again), given_up.',
    labelNames: ['task', 'outcome'],
    registers: [this.registry],
  });

  readonly runFeedDelays = new Histogram({
    name: 'countermeasure_run_feed_delay_seconds',
    help: 'From the moment an event of a run was written until this process had it for those who follow the run.',
    buckets: CALL_BUCKETS,
    registers: [this.registry],
  });

  readonly listening = new Gauge({
    name: 'countermeasure_listening',
    help: '1: this process hears at once of what others commit. 0: it looks every few seconds.',
    registers: [this.registry],
  });

  readonly databaseConnections = new Gauge<'state'>({
    name: 'countermeasure_database_connections',
    help: 'Connections of this process to the database, and those who wait for one.',
    labelNames: ['state'],
    registers: [this.registry],
  });

  readonly readyJobs = new Gauge<'task'>({
    name: 'countermeasure_queue_ready_jobs',
    help: 'Jobs that could be worked on now and that no worker has taken.',
    labelNames: ['task'],
    registers: [this.registry],
  });

  readonly oldestReadyJob = new Gauge<'task'>({
    name: 'countermeasure_queue_oldest_ready_job_age_seconds',
    help: 'How long the oldest of the ready jobs has been waiting.',
    labelNames: ['task'],
    registers: [this.registry],
  });

  readonly eventsWaiting = new Gauge({
    name: 'countermeasure_events_waiting',
    help: 'Received events that have not been held against the triggers yet.',
    registers: [this.registry],
  });

  readonly runsUnfinished = new Gauge<'status'>({
    name: 'countermeasure_runs_unfinished',
    help: 'Runs that are not over, by status.',
    labelNames: ['status'],
    registers: [this.registry],
  });

  readonly runsHeld = new Gauge({
    name: 'countermeasure_runs_held',
    help: 'Runs that the pause switch holds.',
    registers: [this.registry],
  });

  readonly paused = new Gauge({
    name: 'countermeasure_paused',
    help: '1: the pause switch is on, and no step starts.',
    registers: [this.registry],
  });

  readonly approvalsWaiting = new Gauge({
    name: 'countermeasure_approvals_waiting',
    help: 'Approvals that people have not decided yet.',
    registers: [this.registry],
  });

  readonly approvalsOverdue = new Gauge({
    name: 'countermeasure_approvals_overdue',
    help: 'Approvals that are past their expiry and still open.',
    registers: [this.registry],
  });

  readonly feedLag = new Gauge({
    name: 'countermeasure_event_feed_lag_seconds',
    help: 'How long the look of the feed that is most behind has been due.',
    registers: [this.registry],
  });

  readonly feedsFailing = new Gauge({
    name: 'countermeasure_event_feeds_failing',
    help: 'Active feeds whose last look failed.',
    registers: [this.registry],
  });

  readonly workers = new Gauge({
    name: 'countermeasure_workers',
    help: 'Worker processes that live.',
    registers: [this.registry],
  });

  readonly backlogFailures = new Counter({
    name: 'countermeasure_backlog_read_failures_total',
    help: 'Times that the database could not be asked for what waits in it; the gauges of it are missing then.',
    registers: [this.registry],
  });

  /** What every process of Node has: memory, processor time, the lag of the event loop. Once per process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }
}
