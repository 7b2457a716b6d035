import type { TargetReference } from '@countermeasure/sdk';
import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import { onceByKey } from '../db/idempotency.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import { badInput, refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { PlaybookLimits } from './playbook-limits.js';
import type { RunBatch } from './run-batch.entity.js';
import { NO_RUNS, type BatchTotals, type RunBatchStore } from './run-batch.store.js';
import type { Run } from './run.entity.js';
import type { RunStarter } from './start-run.js';
import { targetIdProblems } from './target-id.js';

const MAX_TARGETS = 1_000;

export interface StartBatch {
  readonly playbookId: string;
  readonly targets: readonly TargetReference[];
  readonly dryRun?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

interface Deps {
  readonly database: Database;
  readonly batches: RunBatchStore;
  readonly starter: RunStarter;
  readonly playbookLimits: PlaybookLimits;
  readonly channel: NotifyChannel;
}

/** Starts a playbook against many targets, and tells how far it has come. */
export class BatchService {
  constructor(private readonly deps: Deps) {}

  /** All runs are committed together with the engine's work for them, or none is. */
  async start(session: Session, input: StartBatch): Promise<RunBatch> {
    session.assert('run:start');
    requireId('playbook', input.playbookId, ['input', 'playbookId']);
    const targets = checkTargets(input);
    let started: readonly Run[] = [];
    const batch = await this.deps.starter.lookingAgain(() => this.commit(session, input, targets, (runs) => (started = runs)));
    if (!batch) throw new Error('The batch was not found after it was inserted.');
    for (const { id, lastSequence } of started) this.deps.channel.announce(id, lastSequence);
    return batch;
  }

  private commit(session: Session, input: StartBatch, targets: readonly TargetReference[], onStarted: (runs: readonly Run[]) => void): Promise<RunBatch | undefined> {
    const { starter, database, batches, playbookLimits } = this.deps;
    const { idempotencyKey: key, ...keyed } = input;
    const request = { targets, dryRun: input.dryRun ?? false, reason: input.reason ?? null, startedBy: session.actor };
    const begin = async (tx: Tx): Promise<string> => {
      const { batch, runs } = await starter.startBatch(tx, input.playbookId, request);
      onStarted(runs);
      return batch.id;
    };
    return database.transact(async (tx) => {
      await playbookLimits.refuseBeyond(tx, session, input.playbookId);
      const { resultId } = await onceByKey(tx, { actorId: session.actor.id, mutation: 'runPlaybookBatch', key, input: keyed }, () => begin(tx));
      const [found] = await batches.findByIds(tx, [resultId]);
      return found;
    });
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<RunBatch[]> {
    session.assert('run:read');
    const { batches, database } = this.deps;
    return batches.findByIds(database.reader, await batches.within(database.reader, session.limits, ids.filter((id) => isId('batch', id))));
  }

  /** As they are now, in the order of the ids. */
  async totalsOf(session: Session, ids: readonly string[]): Promise<BatchTotals[]> {
    session.assert('run:read');
    const totals = new Map((await this.deps.batches.totalsOf(this.deps.database.reader, ids)).map((each) => [each.batchId, each]));
    return ids.map((id) => totals.get(id) ?? NO_RUNS);
  }
}

function checkTargets({ targets: given, reason }: StartBatch): TargetReference[] {
  const path = ['input', 'targets'];
  if (given.length < 1 || given.length > MAX_TARGETS) throw badInput(path, `A batch has 1 to ${MAX_TARGETS} targets; these are ${given.length}.`);
  const targets = given.map(({ kind, id }) => ({ kind, id: id.trim() }));
  const seen = new Map<string, number>();
  const problems = targets.flatMap(({ kind, id }, index): Problem[] => {
    const name = `${kind} ${id.toLowerCase()}`;
    const first = seen.get(name);
    if (first !== undefined) return [{ path: [...path, index, 'id'], message: `This target is in the list twice: it is entry ${first}, too.` }];
    seen.set(name, index);
    return targetIdProblems(id, [...path, index, 'id']);
  });
  refuseIfAny([...textProblems(reason ?? '', ['input', 'reason']), ...problems]);
  return targets;
}
