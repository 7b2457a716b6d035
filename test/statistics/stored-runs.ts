import { earliestId } from '../../src/kernel/ids.js';
import type { RunStatus, StepStatus } from '../../src/runs/run.types.js';
import type { TestDatabase } from '../support/test-database.js';

export interface StoredStep {
  readonly action?: string;
  readonly status?: StepStatus;
  readonly finishedAt?: Date;
  readonly attempts?: number;
  readonly connectionId?: string;
}

export interface StoredRun {
  readonly at: Date;
  readonly status?: RunStatus;
  readonly dryRun?: boolean;
  /** When the event that started it occurred; left out: somebody started it. */
  readonly occurredAt?: Date;
  readonly eventType?: string;
  readonly steps?: readonly StoredStep[];
}

let made = 0;

/** An id as it was made at that time. */
function idOf(kind: 'run' | 'runStep' | 'event', at: Date): string {
  made += 1;
  return earliestId(kind, at).slice(0, -5) + String(made).padStart(5, '0');
}

const UNSAID_OF_RUN = { status: 'SUCCEEDED', dryRun: false, eventType: 'lab:signal' };
const UNSAID_OF_STEP = { action: 'lab:alpha', status: 'SUCCEEDED', finishedAt: null, attempts: 1, connectionId: null };

/** Puts runs into the past, where no client can start any. */
export async function storeRuns(database: TestDatabase, playbookId: string, runs: readonly StoredRun[]): Promise<void> {
  for (const run of runs) await storeRun(database, playbookId, run);
}

async function storeRun(database: TestDatabase, playbookId: string, run: StoredRun): Promise<void> {
  const { at, status, dryRun, occurredAt, eventType, steps } = { steps: [], ...UNSAID_OF_RUN, ...run };
  const id = idOf('run', at);
  const eventId = occurredAt ? idOf('event', at) : null;
  if (eventId !== null) await database.query(`insert into event (id, event_type, source, occurred_at, received_at, payload) values ($1, $2, 'test', $3, $4, '{}')`, [eventId, eventType, occurredAt, at]);
  await database.query(
    `insert into run (id, playbook_id, playbook_revision, status, target_kind, target_id, target_display_name, dry_run, started_by, event_id, last_sequence, created_at)
     values ($1, $2, 1, $3, 'USER', 'ada', 'ada', $4, '{"kind":"API_KEY","id":"x"}', $5, 0, $6)`,
    [id, playbookId, status, dryRun, eventId, at],
  );
  for (const [position, step] of steps.entries()) {
    const { action, status: stepStatus, finishedAt, attempts, connectionId } = { ...UNSAID_OF_STEP, ...step };
    await database.query(
      `insert into run_step (id, run_id, position, key, action_id, connection_id, status, input, plan, after, on_failure, timeout_ms, retry, replay, attempt_number, interruption_count, read_back, claim_number, finished_at)
       values ($1, $2, $3, $4, $5, $6, $7, '{}', '{}', '{}', 'STOP', 1000, '{}', 'SAFE', $8, 0, false, 0, $9)`,
      [idOf('runStep', at), id, position, `step-${position}`, action, connectionId, stepStatus, attempts, finishedAt],
    );
  }
}
