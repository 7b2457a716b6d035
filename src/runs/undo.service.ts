import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Tx } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import type { Registry } from '../registry/registry.js';
import { refuseUndo, undoneKeys } from './follow-up-rules.js';
import { FollowUps, type Earlier, type FollowUp, type FollowUpDeps } from './follow-ups.js';
import type { Run } from './run.entity.js';
import { refuseWithoutReason } from './start-run.js';
import { planUndo, undoingRun, type StepNotUndone } from './undoing-run.js';

/** A run of inverse actions, and the steps that it leaves as they are. */
export interface Undo {
  readonly run: Run;
  readonly notUndone: readonly StepNotUndone[];
}

/** Takes back what runs did. A playbook that is not active, or is deleted, does not stand in the way. */
export class UndoService {
  private readonly followUps: FollowUps;

  constructor(private readonly deps: FollowUpDeps & { audit: AuditTrail; registry: Registry }) {
    this.followUps = new FollowUps(deps);
  }

  async undo(session: Session, input: FollowUp): Promise<Undo> {
    const run = await this.followUps.start(session, 'undoRun', input, (tx, earlier) => this.begin(tx, session, input, earlier));
    // What a run did is final, and what was undone before stands in no plan as not undone: every repeat answers the same.
    const steps = await this.deps.runs.stepsOf(this.deps.database.reader, [input.runId]);
    return { run, notUndone: planUndo(steps, new Set(), this.deps.registry).notUndone };
  }

  private async begin(tx: Tx, { actor }: Session, input: FollowUp, { run, steps, family, playbook }: Earlier): Promise<string> {
    refuseUndo(run, family);
    const reason = input.reason ?? null;
    refuseWithoutReason(playbook, { dryRun: false, reason });
    const plan = planUndo(steps, undoneKeys(run, family), this.deps.registry);
    if (plan.undoable.length === 0) throw nothingToUndo(plan.notUndone);
    const transition = undoingRun(run, plan, { reason, startedBy: actor });
    await this.deps.starter.startFollowUp(tx, run, transition, { active: true });
    const details = {
      undoes: run.id, playbookId: run.playbookId, playbookName: playbook.name, target: { kind: run.targetKind, id: run.targetId }, reason,
      actions: transition.steps.map(({ actionId }) => actionId), notUndone: plan.notUndone.map(({ step }) => step.key),
    };
    this.deps.audit.record(tx, { actor, action: 'undoRun', subject: transition.run.id, details });
    return transition.run.id;
  }
}

function nothingToUndo(notUndone: readonly StepNotUndone[]): DomainError {
  const problems = notUndone.map(({ step, reason }) => ({ path: ['input', 'runId', step.key], message: `${step.key}: ${reason}` }));
  return new DomainError('PRECONDITION_FAILED', ['Nothing of the run can be undone.', ...problems.map(({ message }) => message)].join(' '), problems);
}
