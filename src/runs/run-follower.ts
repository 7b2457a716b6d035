import type { RunEvent } from './run-event.entity.js';
import { isRunFinal } from './run.machine.js';

/** Where a follower reads. */
export interface Source {
  /** The event, when this process has it at hand. */
  eventAt(sequence: number): RunEvent | undefined;
  /** Whether events behind this sequence are known to be there. */
  hasMore(after: number): boolean;
  /** Some of the stored events behind a sequence. `isLive`: the follower had everything there was, so what is read now is new. */
  read(after: number, isLive: boolean): Promise<readonly RunEvent[]>;
  /** Whether nothing will ever come behind this sequence. */
  isOver(after: number): Promise<boolean>;
  leave(follower: RunFollower): void;
}

type Result = IteratorResult<RunEvent, undefined>;

const DONE: Result = { done: true, value: undefined };

/** Somebody who follows a run: a cursor, and nothing more while it waits. Written out, since there are thousands, and a generator that waits could not be told to return. */
export class RunFollower implements AsyncIterableIterator<RunEvent, undefined> {
  /** Read, but not given yet, and not at hand in the process. */
  private behind: readonly RunEvent[] = [];
  private isLive = false;
  private hasEnded = false;
  private wake: ((result: Result | Promise<Result>) => void) | undefined;

  constructor(
    private readonly source: Source,
    private cursor: number,
    private readonly after = cursor,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.hasEnded) return Promise.resolve(DONE);
    const found = this.atHand();
    if (found) return Promise.resolve(found);
    return this.isUpToDate() ? this.wait() : this.look();
  }

  return(): Promise<Result> {
    this.end();
    return Promise.resolve(DONE);
  }

  /** There is something new: whoever waits for it goes on. */
  goOn(): void {
    const { wake } = this;
    if (!wake) return;
    this.wake = undefined;
    // Its cursor may lie behind the end of the run: only a new look tells.
    if (this.cursor === this.after) this.isLive = false;
    wake(this.atHand() ?? this.look());
  }

  private atHand(): Result | undefined {
    const event = this.source.eventAt(this.cursor + 1) ?? this.behind.find(({ sequence }) => sequence > this.cursor);
    return event && this.give(event);
  }

  private give(event: RunEvent): Result {
    this.cursor = event.sequence;
    if (isRunFinal(event.runStatus)) this.end();
    return { done: false, value: event };
  }

  private isUpToDate(): boolean {
    return this.isLive && !this.source.hasMore(this.cursor);
  }

  private wait(): Promise<Result> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  private async look(): Promise<Result> {
    while (!this.hasEnded) {
      if (this.isUpToDate()) return this.wait();
      this.behind = await this.source.read(this.cursor, this.isLive);
      const [event] = this.behind;
      if (event) return this.hasEnded ? DONE : this.give(event);
      // Whoever was given an event was given the last one, too.
      if (this.cursor === this.after && (await this.source.isOver(this.cursor))) this.end();
      this.isLive = true;
    }
    return DONE;
  }

  private end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.behind = [];
    this.wake?.(DONE);
    this.source.leave(this);
  }
}
