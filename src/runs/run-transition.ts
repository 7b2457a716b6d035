import { isRunFinal, isStepFinal, mayRunMove, mayStepMove, runStatusOf } from './run.machine.js';
import { isPlanning } from './planning.js';
import type { Attempt } from './attempt.entity.js';
import type { RunEvent } from './run-event.entity.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import type { RunEventType, RunStatus, StepError, StepStatus } from './run.types.js';

const FINAL_EVENTS: Partial<Record<RunStatus, { type: RunEventType; message: string }>> = {
  SUCCEEDED: { type: 'RUN_SUCCEEDED', message: 'The run is finished: no step failed.' },
  FAILED: { type: 'RUN_FAILED', message: 'The run is finished, but not every step succeeded.' },
  DENIED: { type: 'RUN_DENIED', message: 'The run is finished: an approval was denied.' },
  CANCELED: { type: 'RUN_CANCELED', message: 'The run was canceled.' },
};

/**
 * One change of one run, made under the run's lock: it moves steps along the machine, numbers the events, and remembers
 * what has to be written. It decides nothing about providers and writes nothing itself.
 */
export class RunTransition {
  readonly events: RunEvent[] = [];
  readonly attempts = new Map<string, Attempt>();
  readonly changedSteps = new Set<RunStep>();

  constructor(
    readonly run: Run,
    readonly steps: readonly RunStep[],
    readonly now: Date,
  ) {}

  step(id: string): RunStep {
    const step = this.steps.find((candidate) => candidate.id === id);
    if (!step) throw new Error(`Run ${this.run.id} has no step ${id}.`);
    return step;
  }

  tell(type: RunEventType, message: string, step?: RunStep): void {
    this.run.lastSequence += 1;
    this.events.push({
      runId: this.run.id,
      sequence: this.run.lastSequence,
      type,
      at: this.now,
      message,
      runStatus: this.run.status,
      runStepId: step?.id ?? null,
    });
  }

  /** Moves a step, and tells it once the step stands where it goes. */
  move(step: RunStep, to: StepStatus, type: RunEventType, message: string): void {
    if (!mayStepMove(step.status, to)) throw new Error(`Step ${step.id} may not move from ${step.status} to ${to}.`);
    step.status = to;
    if (isStepFinal(to)) {
      step.finishedAt = this.now;
      step.nextAttemptAt = null;
      step.queuePriority = null;
    }
    this.changedSteps.add(step);
    this.tell(type, message, step);
  }

  openAttempt(step: RunStep, workerId: string): void {
    step.attemptNumber += 1;
    this.changedSteps.add(step);
    this.attempts.set(attemptKey(step), {
      runStepId: step.id,
      number: step.attemptNumber,
      workerId,
      startedAt: this.now,
      finishedAt: null,
      error: null,
      providerRequestId: null,
    });
  }

  closeAttempt(step: RunStep, error: StepError | null): void {
    const opened = this.attempts.get(attemptKey(step));
    this.attempts.set(attemptKey(step), {
      runStepId: step.id,
      number: step.attemptNumber,
      workerId: opened?.workerId ?? step.workerId ?? '',
      startedAt: opened?.startedAt ?? step.claimedAt ?? this.now,
      finishedAt: this.now,
      error,
      providerRequestId: error?.providerRequestId ?? null,
    });
  }

  /** Queues every pending step whose forerunners are finished. */
  queueReadySteps(): void {
    for (const step of this.steps) {
      if (step.status !== 'PENDING') continue;
      const forerunners = this.steps.filter((other) => step.after.includes(other.key));
      if (forerunners.every((other) => isStepFinal(other.status))) this.move(step, 'QUEUED', 'STEP_QUEUED', `${step.key} may start.`);
    }
  }

  /** After a failure that stops the run, nothing more is started; what is under way ends by itself. Looking what would be changed is no start. */
  skipWhatHasNotStarted(because: string): void {
    for (const step of this.steps) {
      if (step.status === 'PENDING' || step.status === 'QUEUED' || step.status === 'WAITING_FOR_APPROVAL' || isPlanning(step, this.run)) this.move(step, 'SKIPPED', 'STEP_SKIPPED', `${step.key} is skipped: ${because}`);
    }
  }

  /** Brings the run's status in line with its steps and tells the change. */
  conclude(): void {
    const status = runStatusOf(this.steps.map((step) => step.status));
    if (status === this.run.status || (this.run.status === 'QUEUED' && status === 'RUNNING')) return;
    this.begin();
    if (status !== this.run.status) this.setStatus(status);
    const final = FINAL_EVENTS[status];
    if (final) this.tell(final.type, final.message);
    else if (status !== 'RUNNING') this.tell('RUN_WAITING', 'The run waits for a person.');
  }

  /** The run has left the queue. */
  begin(): void {
    if (this.run.status !== 'QUEUED') return;
    this.setStatus('RUNNING');
    this.run.startedAt = this.now;
    this.tell('RUN_STARTED', this.run.dryRun ? 'The dry run has started: nothing will be changed.' : 'The run has started.');
  }

  /** Told once per pause, however often somebody finds that it still holds. */
  pause(): void {
    if (this.run.paused) return;
    this.run.paused = true;
    this.tell('RUN_PAUSED', 'All runs are paused: nothing more of this one starts until they may go on.');
  }

  resume(): void {
    if (!this.run.paused) return;
    this.run.paused = false;
    this.tell('RUN_RESUMED', 'The pause is over: the run goes on.');
  }

  private setStatus(status: RunStatus): void {
    if (!mayRunMove(this.run.status, status)) throw new Error(`Run ${this.run.id} may not move from ${this.run.status} to ${status}.`);
    this.run.status = status;
    if (!isRunFinal(status)) return;
    this.run.finishedAt = this.now;
    this.run.paused = false;
  }
}

function attemptKey(step: RunStep): string {
  return `${step.id}#${step.attemptNumber}`;
}
