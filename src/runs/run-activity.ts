import { LRUCache } from 'lru-cache';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../auth/limits.js';
import type { Database } from '../db/database.js';
import type { NotifyChannel } from '../db/notify-channel.js';
import type { Logger } from '../kernel/logger.js';
import { isRunFinal } from './run.machine.js';
import type { Run } from './run.entity.js';
import type { RunFilter, RunState, RunStore } from './run.store.js';
import type { RunStatus } from './run.types.js';
import { Wakeup } from './wakeup.js';

/** A batch tells a thousand runs at once; they are looked at together. */
const LOOK_AT_MOST_EVERY_MS = 50;
const LOOK_AGAIN_AFTER_MS = 5_000;
const READ_AT_ONCE = 100;
const KEPT_ENDS = 10_000;
const KEPT_TOLD = 2_000;

/** Somebody who follows: what has changed and was not told yet, as ids alone, so that a slow one costs little and is told the newest state. */
interface Follower {
  readonly changed: Set<string>;
  /** The state of each run that was told last: what is read can be newer than what was noticed, and is then noticed again. */
  readonly told: LRUCache<string, RunStatus>;
  readonly wakeup: Wakeup;
}

/** All runs as their states change. The states are looked up once per process, however many follow. */
export class RunActivity {
  private readonly followers = new Set<Follower>();
  /** The states of the runs that are not over. */
  private readonly known = new Map<string, RunStatus>();
  /** Those whose end was told, the newest ones. */
  private readonly ended = new LRUCache<string, true>({ max: KEPT_ENDS });
  private readonly hinted = new Set<string>();
  /** The newest run at the look before the last one: what is newer can have come and ended unseen. */
  private lookedAfter = '';
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { database: Database; runs: RunStore; channel: NotifyChannel; logger: Logger }) {}

  async start(): Promise<void> {
    await this.deps.channel.listen({ onNotice: (runId) => this.hint(runId), onGap: () => void this.lookAtAll() });
    this.timer = setInterval(() => void this.lookAtAll(), LOOK_AGAIN_AFTER_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { wakeup } of this.followers) wakeup.wakeAll();
  }

  /** From now on, each run that matches whenever its state has changed; it goes on until the follower leaves. */
  follow(filter: RunFilter & { limits: Limits }): AsyncIterableIterator<Run> {
    const leaving = new AbortController();
    const runs = this.read(filter, leaving.signal);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => runs.next(),
      // A generator that waits cannot be told to return; the signal ends its wait first.
      return: () => {
        leaving.abort();
        return runs.return(undefined);
      },
    };
  }

  private async *read(filter: RunFilter & { limits: Limits }, leaving: AbortSignal): AsyncGenerator<Run, undefined> {
    const follower: Follower = { changed: new Set(), told: new LRUCache({ max: KEPT_TOLD }), wakeup: new Wakeup() };
    await this.join(follower);
    try {
      while (!leaving.aborted) {
        const { version } = follower.wakeup;
        const ids = [...follower.changed].slice(0, READ_AT_ONCE);
        for (const id of ids) follower.changed.delete(id);
        if (ids.length === 0) await follower.wakeup.wait(version, leaving);
        else {
          for (const run of await this.deps.runs.matching(this.deps.database.reader, ids, filter)) {
            if (follower.told.get(run.id) === run.status) continue;
            follower.told.set(run.id, run.status);
            yield run;
          }
        }
      }
      return undefined;
    } finally {
      this.followers.delete(follower);
    }
  }

  /** Whoever comes first learns what there is, without telling it: only what changes from here on is told. */
  private async join(follower: Follower): Promise<void> {
    if (this.followers.size === 0) {
      const { database, runs } = this.deps;
      const newest = await runs.newestId(database.reader);
      const found = await runs.statesSince(database.reader, newest);
      this.known.clear();
      this.ended.clear();
      this.lookedAfter = newest;
      for (const { id, status } of found) this.known.set(id, status);
    }
    this.followers.add(follower);
    // Hints that came while nobody was listed here are lost.
    void this.lookAtAll();
  }

  private hint(runId: string): void {
    if (this.followers.size === 0) return;
    this.hinted.add(runId);
    this.looking ??= this.lookSoon().finally(() => (this.looking = undefined));
  }

  private async lookSoon(): Promise<void> {
    while (this.hinted.size > 0) {
      await delay(LOOK_AT_MOST_EVERY_MS);
      const ids = [...this.hinted];
      this.hinted.clear();
      await this.look(() => this.deps.runs.statesOf(this.deps.database.reader, ids));
    }
  }

  /** Hints can be lost: what is not over, what was, and what is new. */
  private async lookAtAll(): Promise<void> {
    if (this.followers.size === 0) return;
    await this.look(async () => {
      const { database, runs } = this.deps;
      const newest = await runs.newestId(database.reader);
      const found = await runs.statesSince(database.reader, this.lookedAfter);
      this.lookedAfter = newest;
      const open = new Set(found.map(({ id }) => id));
      return [...found, ...(await runs.statesOf(database.reader, [...this.known.keys()].filter((id) => !open.has(id))))];
    });
  }

  private async look(find: () => Promise<readonly RunState[]>): Promise<void> {
    try {
      for (const { id, status } of await find()) this.take(id, status);
      for (const { changed, wakeup } of this.followers) if (changed.size > 0) wakeup.wakeAll();
    } catch (error) {
      this.deps.logger.warn({ err: error }, 'The states of runs could not be looked at; the next look is in a few seconds.');
    }
  }

  private take(id: string, status: RunStatus): void {
    if (this.known.get(id) === status || this.ended.has(id)) return;
    if (isRunFinal(status)) {
      this.known.delete(id);
      this.ended.set(id, true);
    } else this.known.set(id, status);
    for (const { changed } of this.followers) changed.add(id);
  }
}
