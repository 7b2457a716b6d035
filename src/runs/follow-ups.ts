import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import { onceByKey } from '../db/idempotency.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import { DomainError, refuseIfAny } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';
import type { RunFamily } from './follow-up-rules.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import type { RunStore } from './run.store.js';
import type { RunStarter } from './start-run.js';

/** A run that is to follow from another one. */
export interface FollowUp {
  readonly runId: string;
  readonly reason?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** All that is known of a run from which another one is to follow. It cannot change until the transaction ends. */
export interface Earlier {
  readonly run: Run;
  readonly steps: readonly RunStep[];
  readonly family: RunFamily;
  /** It may have been changed since, or be deleted. */
  readonly playbook: Playbook;
}

export interface FollowUpDeps {
  readonly database: Database;
  readonly playbooks: PlaybookStore;
  readonly runs: RunStore;
  readonly starter: RunStarter;
  readonly channel: NotifyChannel;
}

/** What retries and undos have in common: one at a time, once by key, and only by whoever sees the run. */
export class FollowUps {
  constructor(private readonly deps: FollowUpDeps) {}

  /** Returns the run that `begin` inserted, now or when the same key was first used. */
  async start(session: Session, mutation: string, input: FollowUp, begin: (tx: Tx, earlier: Earlier) => Promise<string>): Promise<Run> {
    session.assert('run:start');
    requireId('run', input.runId, ['input', 'runId']);
    refuseIfAny(textProblems(input.reason ?? '', ['input', 'reason']));
    const { database, runs, starter, channel } = this.deps;
    const { idempotencyKey: key, ...keyed } = input;
    const run = await starter.lookingAgain(() =>
      database.transact(async (tx) => {
        const [visible] = await runs.within(tx, session.limits, [input.runId]);
        if (visible === undefined) throw notFound(input.runId);
        const { resultId } = await onceByKey(tx, { actorId: session.actor.id, mutation, key, input: keyed }, async () => begin(tx, await this.lock(tx, input.runId)));
        const [found] = await runs.findByIds(tx, [resultId]);
        return found;
      }),
    );
    if (!run) throw new Error('The run was not found after it was inserted.');
    channel.announce(run.id, run.lastSequence);
    return run;
  }

  private async lock(tx: Tx, runId: string): Promise<Earlier> {
    const { runs, playbooks } = this.deps;
    const family = await runs.lockFamily(tx, runId);
    const found = family && (await runs.lock(tx, runId));
    if (!found) throw notFound(runId);
    const [playbook] = await playbooks.findByIds(tx, [found.run.playbookId]);
    if (!playbook) throw new Error(`The playbook of ${runId} is gone.`);
    return { ...found, family, playbook };
  }
}

function notFound(runId: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no run ${runId}.`);
}
