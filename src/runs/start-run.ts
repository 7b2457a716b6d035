import type { TargetReference } from '@countermeasure/sdk';
import type { ActorReference } from '../auth/actor.js';
import type { AuditTrail } from '../auth/audit-trail.js';
import type { ConnectionChecker } from '../connections/connection-checker.js';
import type { ConnectionReader } from '../connections/connection-reader.js';
import type { Database, Tx } from '../db/database.js';
import { badInput, DomainError, refuseIfAny, type Problem } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { inSpan } from '../kernel/tracing.js';
import type { PlaybookStep } from '../playbooks/playbook-step.entity.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';
import { readinessProblems, type ReadinessProblem, type StepToRun } from '../playbooks/readiness.js';
import type { Registry } from '../registry/registry.js';
import { newRun, type RunRequest } from './new-run.js';
import type { RunBatch } from './run-batch.entity.js';
import type { RunBatchStore } from './run-batch.store.js';
import type { WakeRuns } from './run-queue.js';
import type { RunTransition } from './run-transition.js';
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
  readonly wakeRuns: WakeRuns;
  readonly batches: RunBatchStore;
  readonly audit: AuditTrail;
}

/** Runs to start together, against each of the targets. */
export type BatchRequest = Omit<RunRequest, 'target' | 'startedBy'> & { readonly targets: readonly TargetReference[]; readonly startedBy: ActorReference };

/** Starts runs inside a transaction of the caller's, whoever or whatever asks for them. */
export class RunStarter {
  constructor(private readonly deps: Deps) {}

  /** The run together with the engine's work for it. Throws NotReady when the playbook cannot run now. */
  start(tx: Tx, playbookId: string, request: RunRequest): Promise<Run> {
    return inSpan('run', { kind: 'PRODUCER' }, async (span) => {
      const run = await this.begin(tx, playbookId, request);
      span.setAttributes({ 'countermeasure.run.id': run.id, 'countermeasure.playbook.id': playbookId });
      return run;
    });
  }

  private async begin(tx: Tx, playbookId: string, request: RunRequest): Promise<Run> {
    const { playbook, steps } = await this.readyPlaybook(tx, playbookId, request);
    this.refuseOtherKind(steps, [{ target: request.target, path: ['input', 'target', 'kind'] }]);
    const transition = newRun(playbook, steps, request, this.deps.registry);
    await this.insert(tx, [transition]);
    const { target, startedBy, dryRun, reason } = request;
    this.deps.audit.record(tx, { actor: startedBy, action: 'runPlaybook', subject: transition.run.id, details: { playbookId, playbookName: playbook.name, revision: playbook.revision, target, dryRun, reason } });
    return transition.run;
  }

  /** A run for each target, all of them in a few statements. Throws NotReady. */
  async startBatch(tx: Tx, playbookId: string, { targets, ...request }: BatchRequest): Promise<{ batch: RunBatch; runs: readonly Run[] }> {
    const { playbook, steps } = await this.readyPlaybook(tx, playbookId, request);
    this.refuseOtherKind(steps, targets.map((target, index) => ({ target, path: ['input', 'targets', index, 'kind'] })));
    const { dryRun, reason, startedBy } = request;
    const batch: RunBatch = { id: newId('batch'), playbookId, playbookRevision: playbook.revision, dryRun, reason, startedBy, createdAt: new Date() };
    await this.deps.batches.insert(tx, batch);
    const transitions = targets.map((target) => newRun(playbook, steps, { ...request, target }, this.deps.registry, batch.id));
    await this.insert(tx, transitions);
    this.deps.audit.record(tx, { actor: startedBy, action: 'runPlaybookBatch', subject: batch.id, details: { playbookId, playbookName: playbook.name, revision: playbook.revision, targets: targets.length, dryRun, reason } });
    return { batch, runs: transitions.map(({ run }) => run) };
  }

  /** A run that follows from another one: against the same identity, whoever bears its name by now. Throws NotReady. */
  async startFollowUp(tx: Tx, earlier: Run, transition: RunTransition, playbook: Pick<Playbook, 'active'>): Promise<void> {
    const toRun = transition.steps.filter(({ finishedAt }) => finishedAt === null).map((step) => ({ ...step, active: true }));
    const problems = await this.readiness(tx, playbook, toRun);
    if (problems.length > 0) throw new NotReady(problems, 'runId');
    await this.insert(tx, [transition]);
    await this.deps.runs.copyTargets(tx, earlier.id, transition.run.id);
  }

  /** Does it again once, when it was not ready by what an old check says and a new one was worth it. */
  async lookingAgain<Result>(start: () => Promise<Result>): Promise<Result> {
    return start().catch(async (error: unknown) => {
      if (!(error instanceof NotReady) || !(await this.lookAgain(error))) throw error;
      return start();
    });
  }

  /** What keeps a playbook from running may have been mended since the last check, and nobody waits for the next one at night. Returns whether there was anything to look at. */
  async lookAgain({ connectionIds }: NotReady): Promise<boolean> {
    const { database, reader, checker } = this.deps;
    const found = await reader.statesByIds(database.reader, connectionIds);
    const stale = found.filter(({ check }) => !check || Date.now() - check.checkedAt.getTime() > TRUST_CHECK_MS);
    await Promise.all(stale.map(({ connection }) => checker.check(connection)));
    return stale.length > 0;
  }

  /** Kept from changing until the transaction ends. */
  private async readyPlaybook(tx: Tx, playbookId: string, request: Pick<RunRequest, 'dryRun' | 'reason'>): Promise<{ playbook: Playbook; steps: readonly PlaybookStep[] }> {
    const playbook = await this.deps.playbooks.lockForReading(tx, playbookId);
    if (!playbook) throw new DomainError('NOT_FOUND', `There is no playbook ${playbookId}.`);
    refuseWithoutReason(playbook, request);
    const steps = await this.deps.playbooks.stepsOf(tx, [playbook.id]);
    const problems = await this.readiness(tx, playbook, steps);
    if (problems.length > 0) throw new NotReady(problems);
    return { playbook, steps };
  }

  private async readiness(tx: Tx, playbook: Pick<Playbook, 'active'>, steps: readonly StepToRun[]): Promise<ReadinessProblem[]> {
    const connections = await this.deps.reader.statesByIds(tx, [...new Set(steps.flatMap(({ connectionId }) => connectionId ?? []))]);
    return readinessProblems(playbook, steps, this.deps.registry, connections);
  }

  /** The engine's work for them is in the same commit. */
  private async insert(tx: Tx, transitions: readonly RunTransition[]): Promise<void> {
    await Promise.all([this.deps.runs.insert(tx, transitions), this.deps.wakeRuns(tx, transitions.map(({ run }) => run.id))]);
  }

  private refuseOtherKind(steps: readonly PlaybookStep[], aims: readonly { target: TargetReference; path: Problem['path'] }[]): void {
    const acting = steps.filter(({ active }) => active).map(({ key, actionId }) => ({ key, kind: this.deps.registry.requireAction(actionId).action.targetKind }));
    const problems = aims.flatMap(({ target, path }) =>
      acting.filter(({ kind }) => kind !== 'NONE' && kind !== target.kind).map(({ key, kind }): Problem => ({ path, message: `The step ${key} acts on a ${kind}, not on a ${target.kind}.` })),
    );
    refuseIfAny(problems);
  }
}

/** Whoever starts, retries or undoes a run of such a playbook says why. */
export function refuseWithoutReason({ name, requiresReason }: Playbook, { dryRun, reason }: Pick<RunRequest, 'dryRun' | 'reason'>): void {
  if (!requiresReason || dryRun || /[\p{L}\p{N}]/u.test(reason ?? '')) return;
  throw badInput(['input', 'reason'], `The playbook "${name}" demands a reason: say why it is run.`);
}

/** Nothing is started; the problems are those of Playbook.readiness. */
export class NotReady extends DomainError {
  readonly connectionIds: readonly string[];

  constructor(readonly readiness: readonly ReadinessProblem[], field: 'playbookId' | 'runId' = 'playbookId') {
    super(
      'PRECONDITION_FAILED',
      `${field === 'playbookId' ? 'The playbook cannot run' : 'The steps cannot run'} now: ${readiness.map(({ message }) => message).join(' ')}`,
      readiness.map(({ message, stepKey }) => ({ path: stepKey === null ? ['input', field] : ['input', field, stepKey], message })),
    );
    this.connectionIds = [...new Set(readiness.flatMap(({ connectionId }) => connectionId ?? []))];
  }
}
