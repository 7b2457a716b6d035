import { claimedStep } from '../runs/record-outcome.js';
import type { RunChanges } from '../runs/run-changes.js';
import type { RunTransition } from '../runs/run-transition.js';
import type { Claim } from '../runs/run.types.js';
import type { Logger } from '../kernel/logger.js';

const MAX_MESSAGE_LENGTH = 1_000;

/** What an action tells while it works: written as it comes, several sentences in one commit when they come faster than commits do. */
export class ProgressLog {
  private waiting: string[] = [];
  private writing: Promise<void> | undefined;

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
    await this.writing;
    return rest;
  }

  private async write(): Promise<void> {
    // One turn of the event loop, so that sentences told together are written together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const messages = this.waiting;
      this.waiting = [];
      try {
        await this.changes.change(this.claim.runId, (transition) => tellProgress(transition, this.claim, messages));
      } catch (error) {
        this.logger.warn({ err: error, runId: this.claim.runId, stepId: this.claim.stepId }, 'Progress of a step could not be written.');
      }
    }
    this.writing = undefined;
  }
}

export function tellProgress(transition: RunTransition, claim: Claim, messages: readonly string[]): void {
  const step = claimedStep(transition, claim);
  for (const message of messages) transition.tell('STEP_PROGRESS', message, step);
}
