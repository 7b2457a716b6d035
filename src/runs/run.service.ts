import type { TargetReference } from '@countermeasure/sdk';
import type { Session } from '../auth/session.js';
import type { ConnectionChecker } from '../connections/connection-checker.js';
import type { ConnectionReader } from '../connections/connection-reader.js';
import type { Database, Tx } from '../db/database.js';
import { onceByKey } from '../db/idempotency.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import { DomainError, refuseIfAny, type Problem } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { PlaybookStep } from '../playbooks/playbook-step.entity.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';
import { readinessProblems, type ReadinessProblem } from '../playbooks/readiness.js';
import type { Registry } from '../registry/registry.js';
import { newRun } from './new-run.js';
import type { WakeRun } from './run-queue.js';
import type { Run } from './run.entity.js';
import type { RunStore } from './run.store.js';

/** As long as the longest user principal name, with room. */
const MAX_TARGET_LENGTH = 512;

/** A check that is younger than this is believed when it keeps a playbook from running. */
const TRUST_CHECK_MS = 5_000;

export interface StartRun {
  readonly playbookId: string;
  readonly target: TargetReference;
  readonly dryRun?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

interface Deps {
  readonly database: Database;
  readonly playbooks: PlaybookStore;
  readonly runs: RunStore;
  readonly reader: ConnectionReader;
  readonly checker: ConnectionChecker;
  readonly registry: Registry;
  readonly channel: NotifyChannel;
  readonly wakeRun: WakeRun;
}

/** Starts runs. */
export class RunService {
  constructor(private readonly deps: Deps) {}

  /** Commits the run together with the engine's work for it and returns at once: the engine takes it from there. */
  async start(session: Session, input: StartRun): Promise<Run> {
    session.assert('run:start');
    requireId('playbook', input.playbookId, ['input', 'playbookId']);
    const target = checkTarget(input);
    const run = await this.commit(session, input, target).catch(async (error: unknown) => {
      if (!(error instanceof NotReady) || !(await this.lookAgain(error.connectionIds))) throw error;
      return this.commit(session, input, target);
    });
    if (!run) throw new Error('The run was not found after it was inserted.');
    this.deps.channel.announce(run.id, run.lastSequence);
    return run;
  }

  private commit(session: Session, input: StartRun, target: TargetReference): Promise<Run | undefined> {
    const { idempotencyKey: key, ...keyed } = input;
    return this.deps.database.transact(async (tx) => {
      const { resultId } = await onceByKey(tx, { actorId: session.actor.id, mutation: 'runPlaybook', key, input: keyed }, () => this.insert(tx, session, input, target));
      const [found] = await this.deps.runs.findByIds(tx, [resultId]);
      return found;
    });
  }

  /** What keeps a playbook from running may have been mended since the last check, and nobody waits for the next one at night. */
  private async lookAgain(connectionIds: readonly string[]): Promise<boolean> {
    const { database, reader, checker } = this.deps;
    const found = await reader.statesByIds(database.reader, connectionIds);
    const stale = found.filter(({ check }) => !check || Date.now() - check.checkedAt.getTime() > TRUST_CHECK_MS);
    await Promise.all(stale.map(({ connection }) => checker.check(connection)));
    return stale.length > 0;
  }

  private async insert(tx: Tx, session: Session, input: StartRun, target: TargetReference): Promise<string> {
    const playbook = await this.deps.playbooks.lockForReading(tx, input.playbookId);
    if (!playbook) throw new DomainError('NOT_FOUND', `There is no playbook ${input.playbookId}.`);
    const steps = await this.deps.playbooks.stepsOf(tx, [playbook.id]);
    const connections = await this.deps.reader.statesByIds(tx, [...new Set(steps.flatMap(({ connectionId }) => connectionId ?? []))]);
    refuseIfNotReady(readinessProblems(playbook, steps, this.deps.registry, connections));
    this.refuseOtherKind(steps, target);
    const request = { target, dryRun: input.dryRun ?? false, reason: input.reason ?? null, startedBy: session.actor };
    const transition = newRun(playbook, steps, request, this.deps.registry);
    await this.deps.runs.insert(tx, transition);
    await this.deps.wakeRun(tx, transition.run.id);
    return transition.run.id;
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

/** Nothing is started; the problems are those of Playbook.readiness. */
class NotReady extends DomainError {
  readonly connectionIds: readonly string[];

  constructor(problems: readonly ReadinessProblem[]) {
    super(
      'PRECONDITION_FAILED',
      `The playbook cannot run now: ${problems.map(({ message }) => message).join(' ')}`,
      problems.map(({ message, stepKey }) => ({ path: stepKey === null ? ['input', 'playbookId'] : ['input', 'playbookId', stepKey], message })),
    );
    this.connectionIds = [...new Set(problems.flatMap(({ connectionId }) => connectionId ?? []))];
  }
}

function refuseIfNotReady(problems: readonly ReadinessProblem[]): void {
  if (problems.length > 0) throw new NotReady(problems);
}

function checkTarget({ target, reason }: StartRun): TargetReference {
  const id = target.id.trim();
  const problems = textProblems(reason ?? '', ['input', 'reason']);
  const isIdUsable = id.length > 0 && id.length <= MAX_TARGET_LENGTH && !/\p{Cc}/u.test(id);
  if (!isIdUsable) problems.push({ path: ['input', 'target', 'id'], message: `Name the target by its object id or user principal name, 1 to ${MAX_TARGET_LENGTH} characters.` });
  refuseIfAny(problems);
  return { kind: target.kind, id };
}
