/** The whole life of a run. Every state change goes through these tables; a test walks every pair of them. */

export const RUN_STATUSES = ['QUEUED', 'RUNNING', 'WAITING_FOR_APPROVAL', 'NEEDS_REVIEW', 'SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const STEP_STATUSES = [
  'PENDING', 'WAITING_FOR_APPROVAL', 'QUEUED', 'RUNNING', 'RETRYING', 'VERIFYING', 'NEEDS_REVIEW',
  'SUCCEEDED', 'FAILED', 'SKIPPED', 'DENIED', 'EXPIRED', 'CANCELED',
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

const NEXT_RUN: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  QUEUED: ['RUNNING', 'CANCELED'],
  RUNNING: ['WAITING_FOR_APPROVAL', 'NEEDS_REVIEW', 'SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED'],
  WAITING_FOR_APPROVAL: ['RUNNING', 'NEEDS_REVIEW', 'SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED'],
  NEEDS_REVIEW: ['RUNNING', 'WAITING_FOR_APPROVAL', 'SUCCEEDED', 'FAILED', 'CANCELED'],
  SUCCEEDED: [],
  FAILED: [],
  DENIED: [],
  CANCELED: [],
};

const NEXT_STEP: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  PENDING: ['QUEUED', 'SKIPPED', 'CANCELED'],
  QUEUED: ['RUNNING', 'SKIPPED', 'FAILED', 'CANCELED'],
  WAITING_FOR_APPROVAL: ['QUEUED', 'DENIED', 'EXPIRED', 'SKIPPED', 'CANCELED'],
  // SKIPPED only while it is looked at before an approval: nothing of it has begun.
  RUNNING: ['VERIFYING', 'WAITING_FOR_APPROVAL', 'RETRYING', 'NEEDS_REVIEW', 'QUEUED', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELED'],
  RETRYING: ['RUNNING', 'CANCELED'],
  VERIFYING: ['SUCCEEDED', 'CANCELED'],
  NEEDS_REVIEW: ['QUEUED', 'SUCCEEDED', 'FAILED', 'CANCELED'],
  SUCCEEDED: [],
  FAILED: [],
  SKIPPED: [],
  DENIED: [],
  EXPIRED: [],
  CANCELED: [],
};

export function mayRunMove(from: RunStatus, to: RunStatus): boolean {
  return NEXT_RUN[from].includes(to);
}

export function mayStepMove(from: StepStatus, to: StepStatus): boolean {
  return NEXT_STEP[from].includes(to);
}

export function isRunFinal(status: RunStatus): boolean {
  return NEXT_RUN[status].length === 0;
}

export function isStepFinal(status: StepStatus): boolean {
  return NEXT_STEP[status].length === 0;
}

/** What the states of its steps make of a run. It needs a person only when nothing else of it can go on. */
export function runStatusOf(steps: readonly StepStatus[]): RunStatus {
  if (steps.every(isStepFinal)) return finalStatusOf(steps);
  if (steps.some((status) => status === 'QUEUED' || status === 'RUNNING' || status === 'RETRYING' || status === 'VERIFYING')) return 'RUNNING';
  if (steps.includes('WAITING_FOR_APPROVAL')) return 'WAITING_FOR_APPROVAL';
  return steps.includes('NEEDS_REVIEW') ? 'NEEDS_REVIEW' : 'RUNNING';
}

/** A run claims success only when no step failed, also where the playbook went on after the failure. */
function finalStatusOf(steps: readonly StepStatus[]): RunStatus {
  if (steps.includes('CANCELED')) return 'CANCELED';
  if (steps.includes('DENIED')) return 'DENIED';
  return steps.includes('FAILED') || steps.includes('EXPIRED') ? 'FAILED' : 'SUCCEEDED';
}
