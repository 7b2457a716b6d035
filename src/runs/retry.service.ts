import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Tx } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import { refuseRetry } from './follow-up-rules.js';
import { FollowUps, type Earlier, type FollowUp, type FollowUpDeps } from './follow-ups.js';
import { retriedRun } from './retried-run.js';
import type { Run } from './run.entity.js';
import { refuseWithoutReason } from './start-run.js';

/** Goes on with runs that ended without success. */
export class RetryService {
  private readonly followUps: FollowUps;

  constructor(private readonly deps: FollowUpDeps & { audit: AuditTrail }) {
    this.followUps = new FollowUps(deps);
  }

  retry(session: Session, input: FollowUp): Promise<Run> {
    return this.followUps.start(session, 'retryRun', input, (tx, earlier) => this.begin(tx, session, input, earlier));
  }

  private async begin(tx: Tx, { actor }: Session, input: FollowUp, { run, steps, family, playbook }: Earlier): Promise<string> {
    refuseRetry(run, family);
    // Whoever took the playbook out of use meant what is left of its runs, too; taking back what was done stays possible.
    const isUndo = run.undoesId !== null;
    if (!isUndo && playbook.deletedAt !== null) throw new DomainError('PRECONDITION_FAILED', `The playbook "${playbook.name}" was deleted: what is left of its runs is not carried out any more.`, [{ path: ['input', 'runId'], message: 'Its playbook was deleted.' }]);
    const reason = input.reason ?? run.reason;
    refuseWithoutReason(playbook, { dryRun: run.dryRun, reason });
    const inactiveKeys = isUndo ? new Set<string>() : await this.deps.playbooks.inactiveKeys(tx, run.playbookId, run.playbookRevision);
    const transition = retriedRun({ run, steps, inactiveKeys, reason, startedBy: actor });
    await this.deps.starter.startFollowUp(tx, run, transition, { active: isUndo || playbook.active });
    const left = transition.steps.filter(({ finishedAt }) => finishedAt === null).map(({ key }) => key);
    const details = { retryOf: run.id, playbookId: run.playbookId, playbookName: playbook.name, target: { kind: run.targetKind, id: run.targetId }, dryRun: run.dryRun, reason, steps: left };
    this.deps.audit.record(tx, { actor, action: 'retryRun', subject: transition.run.id, details });
    return transition.run.id;
  }
}
