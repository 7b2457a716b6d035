import type { TargetReference } from '@countermeasure/sdk';
import type { StarterReference } from '../auth/actor.js';
import { newId } from '../kernel/ids.js';
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

/** A run as it begins: a copy of the playbook's steps, so that later saves of the playbook do not reach it. */
export function newRun(playbook: Playbook, steps: readonly PlaybookStep[], request: RunRequest, registry: Registry): RunTransition {
  const now = new Date();
  const { target, dryRun, reason, startedBy } = request;
  const run: Run = {
    id: newId('run'),
    playbookId: playbook.id,
    playbookRevision: playbook.revision,
    status: 'QUEUED',
    targetKind: target.kind,
    targetId: target.id,
    targetDisplayName: target.id,
    targetUsername: null,
    targetPrivileged: null,
    dryRun,
    reason,
    startedBy,
    eventId: startedBy.kind === 'TRIGGER' ? startedBy.eventId : null,
    paused: false,
    lastSequence: 0,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
  };
  const transition = new RunTransition(run, steps.map((_step, index) => copyStep(run.id, steps, index, registry)), now);
  transition.tell('RUN_QUEUED', `${dryRun ? 'A dry run' : 'A run'} of "${playbook.name}" against ${target.id} is queued.`);
  steps.forEach(({ active }, index) => {
    const copy = transition.steps[index];
    if (copy && !active) transition.move(copy, 'SKIPPED', 'STEP_SKIPPED', `${copy.key} is skipped: it is not active in the playbook.`);
  });
  transition.queueReadySteps();
  return transition;
}

function copyStep(runId: string, steps: readonly PlaybookStep[], index: number, registry: Registry): RunStep {
  const step = steps[index];
  if (!step) throw new RangeError(`There is no step ${index}.`);
  return {
    id: newId('runStep'),
    runId,
    position: index,
    key: step.key,
    actionId: step.actionId,
    connectionId: step.connectionId,
    status: 'PENDING',
    input: step.input,
    output: null,
    plan: [],
    after: [...forerunnersOf(steps, index)],
    runIf: step.runIf,
    onFailure: step.onFailure,
    timeoutMs: step.timeoutMs,
    retry: step.retry,
    replay: registry.action(step.actionId)?.action.replay ?? 'MANUAL',
    approval: step.approval,
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
    startedAt: null,
    finishedAt: null,
  };
}
