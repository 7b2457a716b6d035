import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { claimedStep } from '../runs/record-outcome.js';
import type { RunChanges } from '../runs/run-changes.js';
import type { RunTransition } from '../runs/run-transition.js';
import type { Claim } from '../runs/run.types.js';
import type { Logger } from '../kernel/logger.js';

const MAX_MESSAGE_LENGTH = 1_000;

/** Most actions are over sooner: what they told then needs no commit of its own. */
const WRITE_AFTER_MS = 200;

/** What an action tells while it works: written shortly after it was told, what came together in one commit, or with the outcome if that comes first. */
export class ProgressLog {
  private waiting: string[] = [];
  private writing: Promise<void> | undefined;
  private readonly over = new AbortController();

  constructor(
    private readonly claim: Claim,
    private readonly changes: RunChanges,
    private readonly logger: Logger,
  ) {}

  readonly tell = (message: string): void => {
    this.waiting.push(message.slice(0, MAX_MESSAGE_LENGTH));
    this.writing ??= this.write();
  };

  /** Waits for what is being written, and hands over the rest, to be written with the outcome. */
  async rest(): Promise<readonly string[]> {
    const rest = this.waiting;
    this.waiting = [];
    this.end();
    await this.writing;
    return rest;
  }

  /** The action is over: nothing is waited for any more. */
  end(): void {
    this.over.abort();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.pause();
      const messages = this.waiting;
      this.waiting = [];
      if (messages.length === 0) break;
      try {
        await this.changes.change(this.claim.runId, (transition) => tellProgress(transition, this.claim, messages));
      } catch (error) {
        this.logger.warn({ err: error, runId: this.claim.runId, stepId: this.claim.stepId }, 'Progress of a step could not be written.');
      }
    }
    this.writing = undefined;
  }

  /** Until more may have come, or the action is over. */
  private async pause(): Promise<void> {
    const { signal } = this.over;
    if (!signal.aborted) await Promise.race([delay(WRITE_AFTER_MS, undefined, { ref: false }), once(signal, 'abort')]);
  }
}

export function tellProgress(transition: RunTransition, claim: Claim, messages: readonly string[]): void {
  const step = claimedStep(transition, claim);
  for (const message of messages) transition.tell('STEP_PROGRESS', message, step);
}
