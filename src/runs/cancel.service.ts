import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import { DomainError, refuseIfAny } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import { isPlanning } from './planning.js';
import type { RunChanges } from './run-changes.js';
import type { Run } from './run.entity.js';
import type { RunStore } from './run.store.js';
import type { StepStatus } from './run.types.js';

/** A call that is being made cannot be taken back; what has not begun, or waits, can be left undone. */
const CANCELABLE: readonly StepStatus[] = ['PENDING', 'QUEUED', 'WAITING_FOR_APPROVAL', 'RETRYING', 'NEEDS_REVIEW'];

/** Stops runs. */
export class CancelService {
  constructor(private readonly deps: { runs: RunStore; changes: RunChanges; audit: AuditTrail }) {}

  async cancel(session: Session, { runId, reason }: { runId: string; reason?: string | undefined }): Promise<Run> {
    session.assert('run:cancel');
    requireId('run', runId, ['input', 'runId']);
    refuseIfAny(textProblems(reason ?? '', ['input', 'reason']));
    const run = await this.deps.changes.change(runId, async (transition, tx) => {
      const [visible] = await this.deps.runs.within(tx, session.limits, [runId]);
      if (visible === undefined) throw notFound(runId);
      const steps = transition.steps.filter((step) => CANCELABLE.includes(step.status) || isPlanning(step, transition.run));
      if (steps.length === 0) {
        const why = transition.run.finishedAt === null ? 'what is under way ends by itself' : `it is ${transition.run.status}`;
        throw new DomainError('PRECONDITION_FAILED', `Nothing of the run is left to cancel: ${why}.`, [{ path: ['input', 'runId'], message: why }]);
      }
      const said = reason ? ` "${reason}"` : '';
      for (const step of steps) transition.move(step, 'CANCELED', 'STEP_CANCELED', `${step.key} is canceled.${said}`);
      transition.begin();
      transition.conclude();
      this.deps.audit.record(tx, { actor: session.actor, action: 'cancelRun', subject: runId, details: { reason: reason ?? null, steps: steps.map(({ key }) => key) } });
      return transition.run;
    });
    if (!run) throw notFound(runId);
    return run;
  }
}

function notFound(runId: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no run ${runId}.`);
}
