import type { TargetReference } from '@countermeasure/sdk';
import type { StarterReference } from '../auth/actor.js';
import { newId } from '../kernel/ids.js';
import { traceParent } from '../kernel/tracing.js';
import type { PlaybookStep } from '../playbooks/playbook-step.entity.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { forerunnersOf } from '../playbooks/step-order.js';
import type { Registry } from '../registry/registry.js';
import type { RunStep } from './run-step.entity.js';
import { RunTransition } from './run-transition.js';
import type { Run } from './run.entity.js';

export interface RunRequest {
  readonly target: TargetReference;
  readonly dryRun: boolean;
  readonly reason: string | null;
  readonly startedBy: StarterReference;
}

/** A run that nothing has happened to yet. */
export const UNTOUCHED_RUN = {
  status: 'QUEUED',
  batchId: null,
  retryOfId: null,
  undoesId: null,
  paused: false,
  lastSequence: 0,
  startedAt: null,
  finishedAt: null,
} as const satisfies Partial<Run>;

/** A step that nothing has happened to yet. */
export const UNTOUCHED_STEP = {
  status: 'PENDING',
  output: null,
  approvedAt: null,
  verification: null,
  error: null,
  attemptNumber: 0,
  interruptionCount: 0,
  readBack: false,
  claimNumber: 0,
  workerId: null,
  claimedAt: null,
  nextAttemptAt: null,
  queuePriority: null,
  startedAt: null,
  finishedAt: null,
} as const satisfies Partial<RunStep>;

/** A run as it begins: a copy of the playbook's steps, so that later saves of the playbook do not reach it. */
export function newRun(playbook: Playbook, steps: readonly PlaybookStep[], request: RunRequest, registry: Registry, batchId: string | null = null): RunTransition {
  const now = new Date();
  const { target, dryRun, reason, startedBy } = request;
  const run: Run = {
    ...UNTOUCHED_RUN,
    id: newId('run'),
    batchId,
    playbookId: playbook.id,
    playbookRevision: playbook.revision,
    targetKind: target.kind,
    targetId: target.id,
    targetDisplayName: target.id,
    targetUsername: null,
    targetPrivileged: null,
    dryRun,
    reason,
    startedBy,
    eventId: startedBy.kind === 'TRIGGER' ? startedBy.eventId : null,
    traceParent: traceParent(),
    createdAt: now,
  };
  const transition = new RunTransition(run, steps.map((_step, index) => copyStep(run.id, steps, index, registry)), now);
  transition.tell('RUN_QUEUED', `${dryRun ? 'A dry run' : 'A run'} of "${playbook.name}" against ${target.id} is queued.`);
  skipInactive(transition, new Set(steps.filter(({ active }) => !active).map(({ key }) => key)));
  transition.queueReadySteps();
  return transition;
}

export function skipInactive(transition: RunTransition, keys: ReadonlySet<string>): void {
  for (const step of transition.steps) {
    if (keys.has(step.key)) transition.move(step, 'SKIPPED', 'STEP_SKIPPED', `${step.key} is skipped: it is not active in the playbook.`);
  }
}

function copyStep(runId: string, steps: readonly PlaybookStep[], index: number, registry: Registry): RunStep {
  const step = steps[index];
  if (!step) throw new RangeError(`There is no step ${index}.`);
  return {
    ...UNTOUCHED_STEP,
    plan: [],
    id: newId('runStep'),
    runId,
    position: index,
    key: step.key,
    actionId: step.actionId,
    connectionId: step.connectionId,
    input: step.input,
    after: [...forerunnersOf(steps, index)],
    runIf: step.runIf,
    onFailure: step.onFailure,
    timeoutMs: step.timeoutMs,
    retry: step.retry,
    replay: registry.action(step.actionId)?.action.replay ?? 'MANUAL',
    approval: step.approval,
  };
}
