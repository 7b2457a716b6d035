import { RUN_STATUSES, STEP_STATUSES, isRunFinal, isStepFinal, mayRunMove, mayStepMove, runStatusOf, type RunStatus, type StepStatus } from '../../src/runs/run.machine.js';

/** Written down apart from the tables, so that a change of either is a decision. */
const RUN_MOVES: readonly `${RunStatus} → ${RunStatus}`[] = [
  'QUEUED → RUNNING', 'QUEUED → CANCELED',
  'RUNNING → WAITING_FOR_APPROVAL', 'RUNNING → NEEDS_REVIEW', 'RUNNING → SUCCEEDED', 'RUNNING → FAILED', 'RUNNING → DENIED', 'RUNNING → CANCELED',
  'WAITING_FOR_APPROVAL → RUNNING', 'WAITING_FOR_APPROVAL → NEEDS_REVIEW', 'WAITING_FOR_APPROVAL → SUCCEEDED', 'WAITING_FOR_APPROVAL → FAILED',
  'WAITING_FOR_APPROVAL → DENIED', 'WAITING_FOR_APPROVAL → CANCELED',
  'NEEDS_REVIEW → RUNNING', 'NEEDS_REVIEW → WAITING_FOR_APPROVAL', 'NEEDS_REVIEW → SUCCEEDED', 'NEEDS_REVIEW → FAILED', 'NEEDS_REVIEW → CANCELED',
];

const STEP_MOVES: readonly `${StepStatus} → ${StepStatus}`[] = [
  'PENDING → QUEUED', 'PENDING → SKIPPED', 'PENDING → CANCELED',
  'QUEUED → RUNNING', 'QUEUED → SKIPPED', 'QUEUED → FAILED', 'QUEUED → CANCELED',
  'WAITING_FOR_APPROVAL → QUEUED', 'WAITING_FOR_APPROVAL → DENIED', 'WAITING_FOR_APPROVAL → EXPIRED', 'WAITING_FOR_APPROVAL → SKIPPED', 'WAITING_FOR_APPROVAL → CANCELED',
  'RUNNING → VERIFYING', 'RUNNING → WAITING_FOR_APPROVAL', 'RUNNING → RETRYING', 'RUNNING → NEEDS_REVIEW', 'RUNNING → QUEUED', 'RUNNING → SUCCEEDED', 'RUNNING → FAILED', 'RUNNING → SKIPPED', 'RUNNING → CANCELED',
  'RETRYING → RUNNING', 'RETRYING → CANCELED',
  'VERIFYING → SUCCEEDED', 'VERIFYING → CANCELED',
  'NEEDS_REVIEW → QUEUED', 'NEEDS_REVIEW → SUCCEEDED', 'NEEDS_REVIEW → FAILED', 'NEEDS_REVIEW → CANCELED',
];

test('a run may make exactly the moves that are written down, of all pairs of states', () => {
  const allowed = RUN_STATUSES.flatMap((from) => RUN_STATUSES.filter((to) => mayRunMove(from, to)).map((to) => `${from} → ${to}`));
  expect(allowed.sort()).toEqual([...RUN_MOVES].sort());
});

test('a step may make exactly the moves that are written down, of all pairs of states', () => {
  const allowed = STEP_STATUSES.flatMap((from) => STEP_STATUSES.filter((to) => mayStepMove(from, to)).map((to) => `${from} → ${to}`));
  expect(allowed.sort()).toEqual([...STEP_MOVES].sort());
});

test('nothing leaves a final state', () => {
  expect(RUN_STATUSES.filter(isRunFinal)).toEqual(['SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED']);
  expect(STEP_STATUSES.filter(isStepFinal)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED', 'DENIED', 'EXPIRED', 'CANCELED']);
});

test.each<[StepStatus[], RunStatus]>([
  [['SUCCEEDED', 'SKIPPED'], 'SUCCEEDED'],
  [['SUCCEEDED', 'FAILED'], 'FAILED'],
  [['EXPIRED', 'SUCCEEDED'], 'FAILED'],
  [['DENIED', 'FAILED'], 'DENIED'],
  [['CANCELED', 'DENIED'], 'CANCELED'],
  [['NEEDS_REVIEW', 'RUNNING'], 'RUNNING'],
  [['NEEDS_REVIEW', 'RETRYING'], 'RUNNING'],
  [['NEEDS_REVIEW', 'PENDING'], 'NEEDS_REVIEW'],
  [['WAITING_FOR_APPROVAL', 'NEEDS_REVIEW'], 'WAITING_FOR_APPROVAL'],
  [['WAITING_FOR_APPROVAL', 'QUEUED'], 'RUNNING'],
])('steps in %j make a run %s', (steps, status) => {
  expect(runStatusOf(steps)).toBe(status);
});
