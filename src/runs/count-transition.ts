import type { Metrics } from '../kernel/metrics.js';
import { isRunFinal, isStepFinal } from './run.machine.js';
import type { RunTransition } from './run-transition.js';

/** Counts what a committed transition brought to its end. */
export function countTransition(metrics: Metrics, { run, events, changedSteps, now }: RunTransition): void {
  const dry_run = String(run.dryRun);
  const sinceCreated = (now.getTime() - run.createdAt.getTime()) / 1_000;
  for (const step of changedSteps) {
    if (isStepFinal(step.status) && step.finishedAt === now) metrics.steps.inc({ action: step.actionId, status: step.status });
  }
  if (events.some(({ type }) => type === 'RUN_STARTED')) metrics.runWaits.observe({ dry_run }, sinceCreated);
  if (isRunFinal(run.status) && run.finishedAt === now) {
    metrics.runs.inc({ status: run.status, dry_run });
    metrics.runDurations.observe({ status: run.status, dry_run }, sinceCreated);
  }
}
