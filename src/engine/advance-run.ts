import type { Pace } from '../connections/pace.js';
import type { Tx } from '../db/database.js';
import type { GuardrailsStore } from '../guardrails/guardrails.store.js';
import type { JsonObject } from '../kernel/json.js';
import type { Logger } from '../kernel/logger.js';
import { evaluateRunIf } from '../playbooks/run-if.js';
import { claimSteps, nextRetryAt, type Claimant } from '../runs/claim-steps.js';
import { FencedError, recordOutcome } from '../runs/record-outcome.js';
import type { RunChanges } from '../runs/run-changes.js';
import type { RunStep } from '../runs/run-step.entity.js';
import type { RunTransition } from '../runs/run-transition.js';
import type { Run } from '../runs/run.entity.js';
import type { Claim } from '../runs/run.types.js';
import type { EventStore } from '../triggers/event.store.js';
import type { ClaimedStep, StepExecutor } from './execute-step.js';
import { ProgressLog, tellProgress } from './progress-log.js';
import { wakeRun } from './wake-run.js';
import { livingWorkers } from './worker-process.store.js';

/** How long past its own timeout a claim may stay without an outcome before the step counts as abandoned. */
const CLAIM_GRACE_MS = 60_000;

/** Who advances a run: a worker, on a job of the queue. */
export interface Advancing {
  readonly workerId: string;
  /** What the queue goes by; above 0 is what others come before. */
  readonly priority: number;
}

interface Deps {
  readonly changes: RunChanges;
  readonly events: EventStore;
  readonly executor: StepExecutor;
  readonly guardrails: GuardrailsStore;
  readonly pace: Pace;
  readonly logger: Logger;
}

/** Carries a run as far as it goes now: claims what can be worked on, works on it, records what came of it and claims what follows. */
export class RunAdvancer {
  /** The steps that this process is working on. */
  private readonly underWay = new Set<string>();
  private isDraining = false;

  constructor(
    private readonly deps: Deps,
    private readonly stopping: AbortSignal,
  ) {}

  /** From now on nothing new is claimed: what could go on is left to other workers. */
  drain(): void {
    this.isDraining = true;
  }

  async advance(runId: string, by: Advancing): Promise<void> {
    await this.workOn(await this.changeAndClaim(runId, by), by);
  }

  /** All at once, each followed by what it made possible; a fault in one branch does not leave the others unattended. */
  private async workOn(claimed: readonly ClaimedStep[], by: Advancing): Promise<void> {
    const settled = await Promise.allSettled(claimed.map((work) => this.workOnStep(work, by)));
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async workOnStep(work: ClaimedStep, by: Advancing): Promise<void> {
    const { claim } = work;
    const progress = new ProgressLog(claim, this.deps.changes, this.deps.logger);
    let next: readonly ClaimedStep[];
    try {
      const outcome = await this.deps.executor.execute(work, this.stopping, progress.tell);
      const told = await progress.rest();
      next = await this.changeAndClaim(claim.runId, by, (transition) => {
        tellProgress(transition, claim, told);
        recordOutcome(transition, claim, outcome);
        this.underWay.delete(keyOf(claim));
      });
    } catch (error) {
      // Canceled or skipped while it was looked at: what was seen is of no use any more.
      if (error instanceof FencedError && claim.mode === 'PLAN') return;
      throw error;
    } finally {
      progress.end();
      this.underWay.delete(keyOf(claim));
    }
    // Its turn is free again.
    if (next.every(({ claim: { mode } }) => mode === 'VERIFY')) await this.deps.pace.handOn(work.step.connectionId ?? '');
    await this.workOn(next, by);
  }

  /** What changed and the claims that follow from it are one commit. */
  private async changeAndClaim(runId: string, by: Advancing, record: (transition: RunTransition) => void = () => undefined): Promise<readonly ClaimedStep[]> {
    let claimed: ClaimedStep[] = [];
    try {
      await this.deps.changes.change(runId, async (transition, tx) => {
        record(transition);
        claimed = await this.claim(transition, tx, by);
        // Before the commit: a second look at this run must never take a step that is being worked on for an abandoned one.
        for (const { claim } of claimed) this.underWay.add(keyOf(claim));
      });
      return claimed;
    } catch (error) {
      for (const { claim } of claimed) this.underWay.delete(keyOf(claim));
      throw error;
    }
  }

  private async claim(transition: RunTransition, tx: Tx, by: Advancing): Promise<ClaimedStep[]> {
    const { run } = transition;
    if (this.isDraining) {
      if (run.finishedAt === null) await wakeRun(tx, run.id);
      return [];
    }
    const claims = await claimSteps(transition, await this.claimant(transition, tx, by));
    // Whoever ends a pause wakes the runs that it holds, those that wait for a time, too.
    const retryAt = run.paused ? undefined : nextRetryAt(transition.steps);
    if (retryAt) await wakeRun(tx, run.id, retryAt);
    return claims.map((claim) => ({ claim, run: { ...run }, step: { ...transition.step(claim.stepId) } }));
  }

  /** What conditions may speak of; read only for a run that has some. */
  private async eventOf({ eventId }: Run, steps: readonly RunStep[], tx: Tx): Promise<JsonObject> {
    if (eventId === null || steps.every(({ runIf }) => runIf === null)) return {};
    const [event] = await this.deps.events.findByIds(tx, [eventId]);
    return event?.payload ?? {};
  }

  private async claimant({ run, steps }: RunTransition, tx: Tx, { workerId, priority }: Advancing): Promise<Claimant> {
    const others = steps.filter((step) => isHeld(step) && step.workerId !== workerId).map((step) => step.workerId ?? '');
    const living = await livingWorkers(tx, others);
    return {
      workerId,
      priority,
      isPaused: () => this.deps.guardrails.isPaused(tx),
      event: await this.eventOf(run, steps, tx),
      evaluateRunIf,
      takeTurn: ({ id: stepId, actionId, connectionId, timeoutMs }, finishedStepIds) =>
        this.deps.pace.takeTurn(tx, actionId, { connectionId: connectionId ?? '', stepId, leaseMs: timeoutMs + CLAIM_GRACE_MS, finishedStepIds, priority }),
      isAbandoned: (step, now) => {
        if (now.getTime() > (step.claimedAt?.getTime() ?? 0) + step.timeoutMs + CLAIM_GRACE_MS) return true;
        return step.workerId === workerId ? !this.underWay.has(`${step.id}#${step.claimNumber}`) : !living.has(step.workerId ?? '');
      },
    };
  }
}

function isHeld(step: RunStep): boolean {
  return step.status === 'RUNNING' || step.status === 'VERIFYING';
}

function keyOf({ stepId, number }: Claim): string {
  return `${stepId}#${number}`;
}
