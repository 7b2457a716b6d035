import type { JournalEntry, SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';
import { uuidOf } from '../../dist/src/kernel/ids.js';
import type { RunStatus, StepStatus } from '../../dist/src/runs/run.machine.js';
import type { Cluster } from './cluster.ts';

export interface RunRecord {
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly last_sequence: number;
  readonly finished_at: Date | null;
}

export interface StepRecord {
  readonly id: string;
  readonly run_id: string;
  readonly key: string;
  readonly status: StepStatus;
  readonly attempt_number: number;
  readonly finished_at: Date | null;
}

export interface EventRecord {
  readonly run_id: string;
  readonly sequence: number;
  readonly type: string;
  readonly message: string;
  readonly run_status: RunStatus;
  readonly run_step_id: string | null;
  readonly at: Date;
}

/** All that the database says of runs, by their ids. */
export interface Records {
  readonly runs: ReadonlyMap<string, RunRecord>;
  readonly steps: readonly StepRecord[];
  readonly eventsOfRun: ReadonlyMap<string, readonly EventRecord[]>;
}

export async function readRecords(cluster: Cluster): Promise<Records> {
  const runs = await cluster.query<RunRecord>('select id, status, reason, last_sequence, finished_at from run');
  const steps = await cluster.query<StepRecord>('select id, run_id, key, status, attempt_number, finished_at from run_step order by run_id, position');
  const events = await cluster.query<EventRecord>('select * from run_event order by run_id, sequence');
  return { runs: new Map(runs.map((run) => [run.id, run])), steps, eventsOfRun: Map.groupBy(events, ({ run_id }) => run_id) };
}

/** The calls that change something, by the step in whose name they were made: kept here, since the tenant forgets old ones. */
export class ActingCalls {
  private readonly calls = new Map<string, JournalEntry[]>();
  private lastSequence = 0;

  read(tenant: SandboxTenant): void {
    for (const entry of tenant.journal) {
      if (entry.sequence <= this.lastSequence) continue;
      this.lastSequence = entry.sequence;
      if (entry.kind !== 'users.update' && entry.kind !== 'users.revoke-sessions') continue;
      const id = entry.clientRequestId ?? 'none';
      this.calls.set(id, [...(this.calls.get(id) ?? []), entry]);
    }
  }

  ofStep(stepId: string): readonly JournalEntry[] {
    return this.calls.get(uuidOf(stepId)) ?? [];
  }

  get count(): number {
    return [...this.calls.values()].reduce((sum, calls) => sum + calls.length, 0);
  }

  /** Those that were made in the name of none of the steps. */
  without(stepIds: readonly string[]): readonly JournalEntry[] {
    const known = new Set(stepIds.map(uuidOf));
    return [...this.calls].flatMap(([id, calls]) => (known.has(id) ? [] : calls));
  }
}
