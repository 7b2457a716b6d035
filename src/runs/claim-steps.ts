import type { Turn } from '../connections/pace.js';
import type { JsonObject } from '../kernel/json.js';
import type { EvaluateRunIf } from '../playbooks/run-if.js';
import { needsApproval } from './planning.js';
import { MAX_INTERRUPTIONS } from './retry-policy.js';
import type { RunStep } from './run-step.entity.js';
import type { RunTransition } from './run-transition.js';
import type { Claim, ClaimMode, StepError } from './run.types.js';

/** Who claims, and how it can tell that a claimed step has nobody working on it any more. */
export interface Claimant {
  readonly workerId: string;
  /** What the queue went by; above 0 is what others come before. */
  readonly priority: number;
  /** Whether the pause switch is on; asked only when something could start. */
  isPaused(): Promise<boolean>;
  /** Asks for a step's turn at its tenant; `finishedStepIds` give theirs back in this transaction. */
  takeTurn(step: RunStep, finishedStepIds: readonly string[]): Promise<Turn>;
  isAbandoned(step: RunStep, now: Date): boolean;
  /** The payload of the event that started the run; empty when none did. */
  readonly event: JsonObject;
  readonly evaluateRunIf: EvaluateRunIf;
}

/** Takes every step of the run that can be worked on now. Whoever comes second finds nothing left to claim. */
export async function claimSteps(transition: RunTransition, claimant: Claimant): Promise<Claim[]> {
  const taken = takeOver(transition, claimant);
  transition.queueReadySteps();
  const couldGoOn = transition.steps.some(({ status }) => status === 'QUEUED' || status === 'RETRYING');
  if ((couldGoOn || transition.run.paused) && (await claimant.isPaused())) {
    if (couldGoOn) transition.pause();
  } else {
    transition.resume();
    taken.push(...(await startSteps(transition, claimant)));
  }
  transition.conclude();
  return taken;
}

/** Nothing new begins here, so a pause is no hindrance: what was under way comes to its end. */
function takeOver(transition: RunTransition, claimant: Claimant): Claim[] {
  const claims: Claim[] = [];
  for (const step of transition.steps) {
    if (step.status === 'RUNNING' && claimant.isAbandoned(step, transition.now)) interrupt(transition, step);
    else if (step.status === 'VERIFYING' && claimant.isAbandoned(step, transition.now)) claims.push(claim(transition, step, 'VERIFY', claimant));
  }
  return claims;
}

async function startSteps(transition: RunTransition, claimant: Claimant): Promise<Claim[]> {
  const claims: Claim[] = [];
  decideRunIfs(transition, claimant);
  const finishedStepIds = [...transition.changedSteps].filter(({ status }) => status !== 'RUNNING').map(({ id }) => id);
  for (const step of transition.steps) {
    if (!mayStart(step, transition.now)) continue;
    const turn = await claimant.takeTurn(step, finishedStepIds);
    if (turn.kind === 'GO') claims.push(start(transition, step, claimant));
    else wait(transition, step, turn, claimant.priority);
  }
  return claims;
}

/** No try is counted and nobody works on it: the run is woken when its turn may come. */
function wait(transition: RunTransition, step: RunStep, { waitMs, because }: Extract<Turn, { kind: 'WAIT' }>, priority: number): void {
  const { now } = transition;
  const isKnown = step.queuePriority !== null;
  // Whoever is looked at early for another step's sake keeps its place.
  if (isKnown && step.nextAttemptAt !== null && step.nextAttemptAt > now) return;
  step.nextAttemptAt = new Date(now.getTime() + waitMs);
  step.queuePriority = priority;
  transition.changedSteps.add(step);
  if (!isKnown) transition.tell('STEP_WAITING', `${step.key} waits for its turn: ${because}.`, step);
}

function mayStart(step: RunStep, now: Date): boolean {
  return step.status === 'QUEUED' || (step.status === 'RETRYING' && step.nextAttemptAt !== null && step.nextAttemptAt <= now);
}

/** When the earliest of the retries, and of the steps that wait for their turn, is due; undefined when none waits. */
export function nextRetryAt(steps: readonly RunStep[]): Date | undefined {
  const times = steps.flatMap((step) => ((step.status === 'RETRYING' || step.status === 'QUEUED') && step.nextAttemptAt ? [step.nextAttemptAt.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** A skipped step can be what another one waited for, so this goes on until nothing moves. */
function decideRunIfs(transition: RunTransition, claimant: Claimant): void {
  const decided = new Set<RunStep>();
  for (;;) {
    transition.queueReadySteps();
    const undecided = transition.steps.filter((step) => step.status === 'QUEUED' && step.attemptNumber === 0 && step.approvedAt === null && !decided.has(step));
    if (undecided.length === 0) return;
    for (const step of undecided) {
      decided.add(step);
      if (step.status === 'QUEUED' && step.runIf !== null) decideRunIf(transition, step, step.runIf, claimant);
    }
  }
}

function decideRunIf(transition: RunTransition, step: RunStep, runIf: string, { event, evaluateRunIf }: Claimant): void {
  const { run, steps } = transition;
  const verdict = evaluateRunIf(runIf, {
    event,
    run: { dryRun: run.dryRun, reason: run.reason },
    target: { kind: run.targetKind, id: run.targetId, displayName: run.targetDisplayName, username: run.targetUsername, privileged: run.targetPrivileged },
    steps: Object.fromEntries(steps.map(({ key, status, output, error }) => [key, { status, output, error }])),
  });
  if (verdict.kind === 'YES') return;
  transition.begin();
  if (verdict.kind === 'NO') {
    transition.move(step, 'SKIPPED', 'STEP_SKIPPED', `${step.key} is skipped: its condition does not hold.`);
    return;
  }
  // A condition that cannot be decided never lets an action through.
  failStep(transition, step, {
    code: 'RUN_IF_FAILED',
    message: `The condition could not be decided: ${verdict.message}`,
    retryable: false,
    remedy: 'Correct the step\'s runIf in the playbook; has(…) tells whether a field is there.',
  });
}

/** The step has failed for good; the playbook says whether the others go on. */
export function failStep(transition: RunTransition, step: RunStep, error: StepError): void {
  step.error = error;
  transition.move(step, 'FAILED', 'STEP_FAILED', `${step.key} failed: ${error.message}`);
  if (step.onFailure === 'STOP') transition.skipWhatHasNotStarted(`${step.key} failed.`);
}

function start(transition: RunTransition, step: RunStep, claimant: Claimant): Claim {
  transition.begin();
  step.startedAt ??= transition.now;
  step.nextAttemptAt = null;
  step.queuePriority = null;
  if (needsApproval(step, transition.run)) {
    const planning = claim(transition, step, 'PLAN', claimant);
    transition.move(step, 'RUNNING', 'STEP_STARTED', `${step.key} needs an approval: what it would change is looked at first.`);
    return planning;
  }
  const mode = step.readBack ? 'READ_BACK' : 'RUN';
  const given = claim(transition, step, mode, claimant);
  transition.openAttempt(step, claimant.workerId);
  transition.move(step, 'RUNNING', 'STEP_STARTED', step.attemptNumber === 1 ? `${step.key} has started.` : `${step.key} has started, attempt ${step.attemptNumber}.`);
  return given;
}

function claim(transition: RunTransition, step: RunStep, mode: ClaimMode, claimant: Claimant): Claim {
  step.claimNumber += 1;
  step.workerId = claimant.workerId;
  step.claimedAt = transition.now;
  transition.changedSteps.add(step);
  return { runId: step.runId, stepId: step.id, number: step.claimNumber, mode };
}

/** The worker went away in the middle: nobody knows whether the call was made, so the action's `replay` decides. */
function interrupt(transition: RunTransition, step: RunStep): void {
  const error = {
    code: 'INTERRUPTED',
    message: 'The worker went away before it could tell what became of this attempt.',
    retryable: step.replay !== 'MANUAL',
  };
  if (needsApproval(step, transition.run)) return interruptPlanning(transition, step);
  transition.closeAttempt(step, error);
  step.interruptionCount += 1;
  transition.changedSteps.add(step);
  transition.tell('STEP_INTERRUPTED', `${step.key} was interrupted: its worker went away.`, step);
  if (transition.run.dryRun) requeue(transition, step, false);
  else if (step.replay === 'MANUAL') askForReview(transition, step, error);
  else if (step.interruptionCount > MAX_INTERRUPTIONS) failStep(transition, step, CRASH_LOOP);
  else requeue(transition, step, step.replay === 'VERIFY');
}

/** No attempt was begun, so none is counted; claims are, and what keeps ending its worker is given up all the same. */
function interruptPlanning(transition: RunTransition, step: RunStep): void {
  transition.tell('STEP_INTERRUPTED', `${step.key} was interrupted while it was looked at: its worker went away.`, step);
  if (step.claimNumber - step.attemptNumber > MAX_INTERRUPTIONS) failStep(transition, step, CRASH_LOOP);
  else requeue(transition, step, false);
}

const CRASH_LOOP: StepError = {
  code: 'CRASH_LOOP',
  message: `The step was interrupted more than ${MAX_INTERRUPTIONS} times.`,
  retryable: false,
  remedy: 'Look in the service\'s log for what ends its workers, and at the provider for what the step may have changed.',
};

function requeue(transition: RunTransition, step: RunStep, readBack: boolean): void {
  step.readBack = readBack;
  transition.move(step, 'QUEUED', 'STEP_QUEUED', readBack ? `${step.key} may go on, after a look whether the call took effect.` : `${step.key} may start again.`);
}

export function askForReview(transition: RunTransition, step: RunStep, error: StepError): void {
  step.error = {
    ...error,
    remedy: 'Look at the provider whether the action took effect, then resolve the review: SUCCEEDED if it did, RETRY if it did not, FAILED to give up.',
  };
  transition.move(step, 'NEEDS_REVIEW', 'STEP_NEEDS_REVIEW', `${step.key} needs a person: it is not known whether the action took effect.`);
}
