import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';

/** Nothing is done before people have decided, and a dry run does nothing anyway. */
export function needsApproval({ approval, approvedAt }: RunStep, { dryRun }: Run): boolean {
  return approval !== null && approvedAt === null && !dryRun;
}

/** A worker is at it, and only looks what would be changed: nothing of it has begun. */
export function isPlanning(step: RunStep, run: Run): boolean {
  return step.status === 'RUNNING' && needsApproval(step, run);
}
