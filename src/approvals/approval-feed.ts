import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import { Wakeup } from '../runs/wakeup.js';
import type { Approval } from './approval.entity.js';
import type { ApprovalFilter, ApprovalStore } from './approval.store.js';

/** Many runs can tell something at once; a follower looks no oftener than this. */
const LOOK_AT_MOST_EVERY_MS = 200;
const LOOK_AGAIN_AFTER_MS = 5_000;
const READ_AT_ONCE = 100;

/** The approvals that wait, and what becomes of them, as it happens. Only hints wake it: the rows are the truth. */
export class ApprovalFeed {
  private readonly wakeup = new Wakeup();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { database: Database; approvals: ApprovalStore; channel: NotifyChannel }) {}

  async start(): Promise<void> {
    const wake = (): void => this.wakeup.wakeAll();
    await this.deps.channel.listen({ onNotice: wake, onGap: wake });
    this.timer = setInterval(wake, LOOK_AGAIN_AFTER_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.wakeup.wakeAll();
  }

  /** First those that wait now, then each whenever its state changes; it goes on until the follower leaves. */
  follow(wanted: Omit<ApprovalFilter, 'status'>): AsyncIterableIterator<Approval> {
    const leaving = new AbortController();
    const approvals = this.read(wanted, leaving.signal);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => approvals.next(),
      // A generator that waits cannot be told to return; the signal ends its wait first.
      return: () => {
        leaving.abort();
        return approvals.return(undefined);
      },
    };
  }

  private async *read(wanted: Omit<ApprovalFilter, 'status'>, leaving: AbortSignal): AsyncGenerator<Approval, undefined> {
    const { database, approvals } = this.deps;
    /** Those that were told to wait. */
    const told = new Set<string>();
    while (!leaving.aborted) {
      const version = this.wakeup.version;
      // Ids alone: with ten thousand that wait, reading all of them at every look would leave time for nothing else.
      const waiting = new Set(await approvals.waitingIds(database.reader, wanted));
      const changed = [...waiting].filter((id) => !told.has(id)).concat([...told].filter((id) => !waiting.has(id)));
      for (let from = 0; from < changed.length; from += READ_AT_ONCE) {
        for (const approval of await approvals.findInOrder(database.reader, changed.slice(from, from + READ_AT_ONCE))) {
          const isPending = approval.status === 'PENDING';
          if (isPending && told.has(approval.id)) continue;
          yield approval;
          // What is over is told once and needs no memory.
          if (isPending) told.add(approval.id);
          else told.delete(approval.id);
        }
      }
      await this.wakeup.wait(version, leaving);
      await delay(LOOK_AT_MOST_EVERY_MS, undefined, { signal: leaving }).catch(() => undefined);
    }
    return undefined;
  }
}
