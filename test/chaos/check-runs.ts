import { isRunFinal, mayRunMove, mayStepMove, type StepStatus } from '../../dist/src/runs/run.machine.js';
import { MAX_CLOCK_SHIFT_MS } from './fleet.ts';
import type { ActingCalls, EventRecord, Records, StepRecord } from './records.ts';

/** Where a step stands after an event; what is not here moves no step. */
const STATUS_AFTER: Readonly<Record<string, StepStatus>> = {
  STEP_QUEUED: 'QUEUED',
  STEP_STARTED: 'RUNNING',
  STEP_RETRY_SCHEDULED: 'RETRYING',
  STEP_VERIFYING: 'VERIFYING',
  STEP_NEEDS_REVIEW: 'NEEDS_REVIEW',
  STEP_SUCCEEDED: 'SUCCEEDED',
  STEP_FAILED: 'FAILED',
  STEP_SKIPPED: 'SKIPPED',
  STEP_CANCELED: 'CANCELED',
  APPROVAL_REQUESTED: 'WAITING_FOR_APPROVAL',
  APPROVAL_EXPIRED: 'EXPIRED',
};

/** Events are 1 to n, and runs and steps have moved along the machine alone. */
export function checkHistories({ runs, steps, eventsOfRun }: Records): string[] {
  const faults: string[] = [];
  for (const { id, status, last_sequence, finished_at } of runs.values()) {
    const events = eventsOfRun.get(id) ?? [];
    if (events.length !== last_sequence || events.some(({ sequence }, index) => sequence !== index + 1)) faults.push(`The events of ${id} are not 1 to ${last_sequence}: ${events.map(({ sequence }) => sequence).join(' ')}.`);
    if (isRunFinal(status) !== (finished_at !== null)) faults.push(`${id} is ${status}, but finished_at is ${finished_at?.toISOString() ?? 'null'}.`);
    events.forEach((event, index) => {
      const before = events[index - 1]?.run_status ?? 'QUEUED';
      if (event.run_status !== before && !mayRunMove(before, event.run_status)) faults.push(`${id} has moved from ${before} to ${event.run_status} at ${event.sequence}.`);
    });
  }
  return [...faults, ...steps.flatMap((step) => checkMoves(step, eventsOfRun.get(step.run_id) ?? []))];
}

function checkMoves(step: StepRecord, events: readonly EventRecord[]): string[] {
  const faults: string[] = [];
  let status: StepStatus = 'PENDING';
  for (const event of events) {
    const next = event.run_step_id === step.id ? statusAfter(event) : undefined;
    if (next === undefined) continue;
    if (!mayStepMove(status, next)) faults.push(`${step.id} (${step.key}) of ${step.run_id} has moved from ${status} to ${next} at ${event.sequence}.`);
    status = next;
  }
  if (status !== step.status) faults.push(`${step.id} (${step.key}) of ${step.run_id} is ${step.status}, but its events end with ${status}.`);
  return faults;
}

function statusAfter({ type, message }: EventRecord): StepStatus | undefined {
  if (type === 'APPROVAL_DECIDED') return message.includes(' was denied by ') ? 'DENIED' : 'QUEUED';
  return STATUS_AFTER[type];
}

/** The provider was called in the name of attempts alone, and never again for a step that had acted. */
export function checkCalls({ steps, eventsOfRun }: Records, calls: ActingCalls): string[] {
  const faults = calls.without(steps.map(({ id }) => id)).map(({ sequence, path }) => `Call ${sequence} (${path}) was made in the name of no step.`);
  for (const step of steps) {
    const made = calls.ofStep(step.id);
    const events = (eventsOfRun.get(step.run_id) ?? []).filter(({ run_step_id }) => run_step_id === step.id);
    if (made.length > step.attempt_number) faults.push(`${step.id} (${step.key}) of ${step.run_id} has ${step.attempt_number} attempts, but ${made.length} calls were made for it.`);
    const again = events.filter(({ type }) => type === 'STEP_INTERRUPTED' || type === 'STEP_RETRY_SCHEDULED').length;
    if (made.length > 1 + again) faults.push(`${step.id} (${step.key}) of ${step.run_id} was called for ${made.length} times, but only ${again} attempts ended without an outcome.`);
    const acted = events.find(({ type }) => type === 'STEP_VERIFYING' || type === 'STEP_SUCCEEDED');
    if (!acted) continue;
    if (made.length === 0) faults.push(`${step.id} (${step.key}) of ${step.run_id} is said to have acted, but the provider was not called.`);
    for (const { sequence, time } of made) {
      if (Date.parse(time) > acted.at.getTime() + 2 * MAX_CLOCK_SHIFT_MS) faults.push(`Call ${sequence} at ${time} was made for ${step.id} (${step.key}) of ${step.run_id}, which had acted at ${acted.at.toISOString()}.`);
    }
  }
  return faults;
}
