import type { TargetReference } from '@countermeasure/sdk';
import type { AuditTrail } from '../auth/audit-trail.js';
import type { ConnectionChecker } from '../connections/connection-checker.js';
import type { ConnectionReader } from '../connections/connection-reader.js';
import type { Database, Tx } from '../db/database.js';
import { badInput, DomainError, refuseIfAny, type Problem } from '../kernel/errors.js';
import type { PlaybookStep } from '../playbooks/playbook-step.entity.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';
import { readinessProblems, type ReadinessProblem } from '../playbooks/readiness.js';
import type { Registry } from '../registry/registry.js';
import { newRun, type RunRequest } from './new-run.js';
import type { WakeRun } from './run-queue.js';
import type { Run } from './run.entity.js';
import type { RunStore } from './run.store.js';

/** A check that is younger than this is believed when it keeps a playbook from running. */
const TRUST_CHECK_MS = 5_000;

interface Deps {
  readonly database: Database;
  readonly playbooks: PlaybookStore;
  readonly runs: RunStore;
  readonly reader: ConnectionReader;
  readonly checker: ConnectionChecker;
  readonly registry: Registry;
  readonly wakeRun: WakeRun;
  readonly audit: AuditTrail;
}

/** Starts runs inside a transaction of the caller's, whoever or whatever asks for them. */
export class RunStarter {
  constructor(private readonly deps: Deps) {}

  /** The run together with the engine's work for it. Throws NotReady when the playbook cannot run now. */
  async start(tx: Tx, playbookId: string, request: RunRequest): Promise<Run> {
    const playbook = await this.deps.playbooks.lockForReading(tx, playbookId);
    if (!playbook) throw new DomainError('NOT_FOUND', `There is no playbook ${playbookId}.`);
    refuseWithoutReason(playbook, request);
    const steps = await this.deps.playbooks.stepsOf(tx, [playbook.id]);
    const connections = await this.deps.reader.statesByIds(tx, [...new Set(steps.flatMap(({ connectionId }) => connectionId ?? []))]);
    const problems = readinessProblems(playbook, steps, this.deps.registry, connections);
    if (problems.length > 0) throw new NotReady(problems);
    this.refuseOtherKind(steps, request.target);
    const transition = newRun(playbook, steps, request, this.deps.registry);
    await this.deps.runs.insert(tx, transition);
    await this.deps.wakeRun(tx, transition.run.id);
    const { target, startedBy, dryRun, reason } = request;
    this.deps.audit.record(tx, { actor: startedBy, action: 'runPlaybook', subject: transition.run.id, details: { playbookId, playbookName: playbook.name, revision: playbook.revision, target, dryRun, reason } });
    return transition.run;
  }

  /** What keeps a playbook from running may have been mended since the last check, and nobody waits for the next one at night. Returns whether there was anything to look at. */
  async lookAgain({ connectionIds }: NotReady): Promise<boolean> {
    const { database, reader, checker } = this.deps;
    const found = await reader.statesByIds(database.reader, connectionIds);
    const stale = found.filter(({ check }) => !check || Date.now() - check.checkedAt.getTime() > TRUST_CHECK_MS);
    await Promise.all(stale.map(({ connection }) => checker.check(connection)));
    return stale.length > 0;
  }

  private refuseOtherKind(steps: readonly PlaybookStep[], target: TargetReference): void {
    const problems = steps.filter(({ active }) => active).flatMap(({ key, actionId }): Problem[] => {
      const { targetKind } = this.deps.registry.requireAction(actionId).action;
      if (targetKind === 'NONE' || targetKind === target.kind) return [];
      return [{ path: ['input', 'target', 'kind'], message: `The step ${key} acts on a ${targetKind}, not on a ${target.kind}.` }];
    });
    refuseIfAny(problems);
  }
}

function refuseWithoutReason({ name, requiresReason }: Playbook, { dryRun, reason }: RunRequest): void {
  if (!requiresReason || dryRun || /[\p{L}\p{N}]/u.test(reason ?? '')) return;
  throw badInput(['input', 'reason'], `The playbook "${name}" demands a reason: say why it is run.`);
}

/** Nothing is started; the problems are those of Playbook.readiness. */
export class NotReady extends DomainError {
  readonly connectionIds: readonly string[];

  constructor(readonly readiness: readonly ReadinessProblem[]) {
    super(
      'PRECONDITION_FAILED',
      `The playbook cannot run now: ${readiness.map(({ message }) => message).join(' ')}`,
      readiness.map(({ message, stepKey }) => ({ path: stepKey === null ? ['input', 'playbookId'] : ['input', 'playbookId', stepKey], message })),
    );
    this.connectionIds = [...new Set(readiness.flatMap(({ connectionId }) => connectionId ?? []))];
  }
}
