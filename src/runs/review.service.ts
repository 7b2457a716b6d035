import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { DomainError, refuseIfAny } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import { resolveStep } from './resolve-step.js';
import type { RunChanges } from './run-changes.js';
import type { WakeRun } from './run-queue.js';
import type { RunStep } from './run-step.entity.js';
import type { RunStore } from './run.store.js';
import type { ReviewResolution } from './run.types.js';

export interface ResolveReview {
  readonly runStepId: string;
  readonly resolution: ReviewResolution;
  readonly comment?: string | undefined;
}

/** A person says what became of a step whose outcome nobody could read back. */
export class ReviewService {
  constructor(private readonly deps: { database: Database; runs: RunStore; changes: RunChanges; wakeRun: WakeRun; audit: AuditTrail }) {}

  async resolve(session: Session, { runStepId, resolution, comment }: ResolveReview): Promise<RunStep> {
    session.assert('run:review');
    requireId('runStep', runStepId, ['input', 'runStepId']);
    refuseIfAny(textProblems(comment ?? '', ['input', 'comment']));
    const [named] = await this.deps.runs.findSteps(this.deps.database.reader, [runStepId]);
    const visible = named && (await this.deps.runs.within(this.deps.database.reader, session.limits, [named.runId]));
    const resolved = named && visible?.includes(named.runId) && (await this.deps.changes.change(named.runId, async (transition, tx) => {
      const step = transition.step(runStepId);
      resolveStep(transition, step, resolution, comment);
      await this.deps.wakeRun(tx, named.runId);
      this.deps.audit.record(tx, { actor: session.actor, action: 'resolveReview', subject: runStepId, details: { runId: named.runId, resolution, comment: comment ?? null } });
      return step;
    }));
    if (!resolved) throw new DomainError('NOT_FOUND', `There is no run step ${runStepId}.`);
    return resolved;
  }
}
