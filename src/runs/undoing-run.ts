import type { ActorReference } from '../auth/actor.js';
import { newId } from '../kernel/ids.js';
import { traceParent } from '../kernel/tracing.js';
import type { RegisteredAction, Registry } from '../registry/registry.js';
import { UNTOUCHED_RUN, UNTOUCHED_STEP } from './new-run.js';
import { isDoneEarlier } from './retried-run.js';
import type { RunStep } from './run-step.entity.js';
import { RunTransition } from './run-transition.js';
import type { Run } from './run.entity.js';

/** A step that an undo leaves as it is, and why. */
export interface StepNotUndone {
  readonly step: RunStep;
  readonly reason: string;
}

interface Undoable {
  readonly step: RunStep;
  readonly inverse: RegisteredAction;
}

/** What an undo of these steps does, in its order, and what it cannot do. */
export interface UndoPlan {
  readonly undoable: readonly Undoable[];
  readonly notUndone: readonly StepNotUndone[];
}

/** `undoneKeys`: those of the steps that were undone before. */
export function planUndo(steps: readonly RunStep[], undoneKeys: ReadonlySet<string>, registry: Registry): UndoPlan {
  const undoable: Undoable[] = [];
  const notUndone: StepNotUndone[] = [];
  for (const step of steps.filter(({ key }) => !undoneKeys.has(undoKeyOf(key)))) {
    const found = inverseOf(step, registry);
    if (typeof found === 'string') notUndone.push({ step, reason: found });
    else if (found) undoable.push({ step, inverse: found });
  }
  return { undoable: undoable.sort(lastDoneFirst), notUndone };
}

/** The action that takes the step back, or why there is none; undefined: there is nothing to take back. */
function inverseOf(step: RunStep, registry: Registry): RegisteredAction | string | undefined {
  if (isDoneEarlier(step)) return 'An earlier run did it, of which this one is a retry: undo that one, too.';
  const registered = registry.action(step.actionId);
  if (step.attemptNumber === 0 || registered?.action.effect === 'READ') return undefined;
  if (step.status !== 'SUCCEEDED') return `It is ${step.status}, so nothing of it is undone: look at the provider whether it took effect.`;
  if (!registered) return `No loaded plugin brings the action ${step.actionId}: list its package in PLUGINS.`;
  if (changedNothing(step)) return 'It changed nothing: everything was already as it should be.';
  const inverse = registered.undoneById === undefined ? undefined : registry.action(registered.undoneById);
  return inverse ?? `"${registered.action.title}" has no inverse: it cannot be undone.`;
}

/** Its only try found nothing to change. Of an earlier try, or a call that was cut off, nobody knows. */
function changedNothing({ plan, output, attemptNumber }: RunStep): boolean {
  return plan.length === 0 && output !== null && attemptNumber === 1;
}

function lastDoneFirst(a: Undoable, b: Undoable): number {
  return (b.step.finishedAt?.getTime() ?? 0) - (a.step.finishedAt?.getTime() ?? 0) || b.step.position - a.step.position;
}

function undoKeyOf(key: string): string {
  return `undo-${key}`;
}

/** A run of the inverse actions against the same target, one after the other, the last one first. */
export function undoingRun(run: Run, { undoable, notUndone }: UndoPlan, { reason, startedBy }: { reason: string | null; startedBy: ActorReference }): RunTransition {
  const now = new Date();
  const undoing: Run = { ...run, ...UNTOUCHED_RUN, id: newId('run'), undoesId: run.id, reason, startedBy, eventId: null, traceParent: traceParent(), createdAt: now };
  const steps = undoable.map(({ step, inverse }, position) => {
    const before = undoable[position - 1];
    return inverseStep(step, inverse, { runId: undoing.id, position, after: before ? [undoKeyOf(before.step.key)] : [] });
  });
  const transition = new RunTransition(undoing, steps, now);
  const left = notUndone.map(({ step, reason: why }) => ` ${step.key} is not undone: ${why}`).join('');
  transition.tell('RUN_QUEUED', `An undo of ${run.id} against ${run.targetId} is queued.${left}`);
  transition.queueReadySteps();
  return transition;
}

/** Whoever had to approve the step has to approve that it is taken back; what the guardrails demanded was about that moment. */
function inverseStep(step: RunStep, { id, action }: RegisteredAction, place: Pick<RunStep, 'runId' | 'position' | 'after'>): RunStep {
  const approval = step.approval?.because === undefined ? step.approval : null;
  return { ...step, ...UNTOUCHED_STEP, ...place, plan: [], id: newId('runStep'), key: undoKeyOf(step.key), actionId: id, replay: action.replay, runIf: null, approval };
}
