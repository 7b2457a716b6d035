import type { TargetReference } from '@countermeasure/sdk';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { onceByKey } from '../db/idempotency.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import { refuseIfAny } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { PlaybookLimits } from './playbook-limits.js';
import type { Run } from './run.entity.js';
import type { RunStore } from './run.store.js';
import type { RunStarter } from './start-run.js';
import { targetIdProblems } from './target-id.js';

export interface StartRun {
  readonly playbookId: string;
  readonly target: TargetReference;
  readonly dryRun?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

interface Deps {
  readonly database: Database;
  readonly playbookLimits: PlaybookLimits;
  readonly runs: RunStore;
  readonly starter: RunStarter;
  readonly channel: NotifyChannel;
}

/** Starts runs for whoever asks. */
export class RunService {
  constructor(private readonly deps: Deps) {}

  /** Commits the run together with the engine's work for it and returns at once: the engine takes it from there. */
  async start(session: Session, input: StartRun): Promise<Run> {
    session.assert('run:start');
    requireId('playbook', input.playbookId, ['input', 'playbookId']);
    const target = checkTarget(input);
    const run = await this.deps.starter.lookingAgain(() => this.commit(session, input, target));
    if (!run) throw new Error('The run was not found after it was inserted.');
    this.deps.channel.announce(run.id, run.lastSequence);
    return run;
  }

  private commit(session: Session, input: StartRun, target: TargetReference): Promise<Run | undefined> {
    const { starter, database, runs, playbookLimits } = this.deps;
    const { idempotencyKey: key, ...keyed } = input;
    const request = { target, dryRun: input.dryRun ?? false, reason: input.reason ?? null, startedBy: session.actor };
    return database.transact(async (tx) => {
      await playbookLimits.refuseBeyond(tx, session, input.playbookId);
      const { resultId } = await onceByKey(tx, { actorId: session.actor.id, mutation: 'runPlaybook', key, input: keyed }, async () => (await starter.start(tx, input.playbookId, request)).id);
      const [found] = await runs.findByIds(tx, [resultId]);
      return found;
    });
  }
}

function checkTarget({ target, reason }: StartRun): TargetReference {
  const id = target.id.trim();
  refuseIfAny([...textProblems(reason ?? '', ['input', 'reason']), ...targetIdProblems(id, ['input', 'target', 'id'])]);
  return { kind: target.kind, id };
}
