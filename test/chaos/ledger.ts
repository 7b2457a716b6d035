import type { FollowedEvent } from '../support/test-client.ts';

export type Decision = 'APPROVE' | 'DENY';

/** A mutation that was answered: the audit log has to tell of it. */
export interface Answered {
  readonly action: 'runPlaybook' | 'cancelRun' | 'decideApproval';
  readonly subject: string;
}

/** What one follower has seen of a run, in the order in which it came. */
export interface Transcript {
  readonly runId: string;
  readonly events: FollowedEvent[];
  /** How often it came back after its connection was lost or left. */
  reconnects: number;
  /** The subscription ended by itself, as it does when the run is over. */
  isComplete: boolean;
}

/** What clients of the service were told: what the checker holds the database and the provider against. */
export class Ledger {
  /** The ids that were answered to an idempotency key. */
  readonly runs = new Map<string, Set<string>>();
  /** The ids that were answered to a dedupeKey. */
  readonly events = new Map<string, Set<string>>();
  readonly answered: Answered[] = [];
  /** The decisions that were answered as recorded, of each approval. */
  readonly decisions = new Map<string, Decision[]>();
  /** Approvals that nobody decides, so that their runs wait. */
  readonly undecided = new Set<string>();
  readonly transcripts: Transcript[] = [];
  /** Refusals that no disturbance explains. */
  readonly surprises: string[] = [];

  noteRun(key: string, runId: string): void {
    note(this.runs, key, runId);
    this.answered.push({ action: 'runPlaybook', subject: runId });
  }

  noteEvent(dedupeKey: string, eventId: string): void {
    note(this.events, dedupeKey, eventId);
  }

  noteDecision(approvalId: string, decision: Decision): void {
    this.decisions.set(approvalId, [...(this.decisions.get(approvalId) ?? []), decision]);
    this.answered.push({ action: 'decideApproval', subject: approvalId });
  }
}

function note(answers: Map<string, Set<string>>, key: string, id: string): void {
  answers.set(key, (answers.get(key) ?? new Set()).add(id));
}
