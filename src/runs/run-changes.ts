import type { Database, Tx } from '../db/database.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import type { Metrics } from '../kernel/metrics.js';
import { countTransition } from './count-transition.js';
import { RunTransition } from './run-transition.js';
import type { RunStore } from './run.store.js';

/** What else a change of a run means, carried out in the same transaction: an approval is asked for, or is over. */
export type SettleRun = (tx: Tx, transition: RunTransition) => Promise<void>;

/** The one way to change a run: under its lock, in one transaction, its followers told after the commit. */
export class RunChanges {
  constructor(private readonly deps: { database: Database; runs: RunStore; channel: NotifyChannel; metrics: Metrics; settle: readonly SettleRun[] }) {}

  /** undefined when there is no such run. */
  async change<Result>(runId: string, work: (transition: RunTransition, tx: Tx) => Result | Promise<Result>): Promise<Result | undefined> {
    const { database, runs, channel, metrics } = this.deps;
    const done = await database.transact(async (tx) => {
      const locked = await runs.lock(tx, runId);
      if (!locked) return undefined;
      const transition = new RunTransition(locked.run, locked.steps, locked.now);
      const result = await work(transition, tx);
      if (transition.changedSteps.size > 0 || transition.events.length > 0) database.beforeCommit(tx, () => runs.save(transition));
      for (const settle of this.deps.settle) await settle(tx, transition);
      return { result, transition };
    });
    if (!done) return undefined;
    countTransition(metrics, done.transition);
    if (done.transition.events.length > 0) channel.announce(runId, done.transition.run.lastSequence);
    return done.result;
  }
}
