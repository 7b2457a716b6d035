import { BATCH_FLAG } from './wake-run.js';

/**
 * How much of a worker process the runs of batches may take. Their jobs wait behind all others, but a job that has begun
 * keeps its place for as long as its provider takes: without this a batch would fill every place, and a run that somebody
 * waits for would come too late.
 */
export class BatchShare {
  private taken = 0;
  private readonly most: number;

  constructor(concurrency: number) {
    this.most = Math.max(1, Math.floor(concurrency / 2));
  }

  /** What the queue is not to hand out now. */
  readonly forbiddenFlags = (): string[] | null => (this.isFull ? [BATCH_FLAG] : null);

  /** Does the work while there is room for it. Returns whether there was: many jobs can be handed out before the first of them is counted. */
  async within(work: () => Promise<void>): Promise<boolean> {
    if (this.isFull) return false;
    this.taken += 1;
    try {
      await work();
    } finally {
      this.taken -= 1;
    }
    return true;
  }

  private get isFull(): boolean {
    return this.taken >= this.most;
  }
}
