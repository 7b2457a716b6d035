import type { Logger } from './logger.js';
import type { Metrics, Via } from './metrics.js';

/** Lines about refusals of one code that may be written in a second; what is beyond them is told by its number. */
const LINES_PER_SECOND = 20;
const SECOND_MS = 1_000;

/** Codes of honest mistakes, which are no cause for alarm. */
const MISTAKES: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'NOT_FOUND', 'CONFLICT', 'IDEMPOTENCY_CONFLICT', 'PRECONDITION_FAILED']);

/** Who was refused, as far as it is known. */
export interface Refused {
  readonly requestId: string;
  readonly address: string;
  /** `cmk_` and eight digits of the key that was presented, valid or not. Of anything else that is presented nothing is kept. */
  readonly keyPrefix: string | undefined;
  readonly actorId: string | undefined;
}

/** Counts every refusal and writes it to the log, but never so many lines that a flood of refusals fills it. */
export class Refusals {
  private readonly written = new Map<string, { via: Via; code: string; lines: number; leftOut: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { logger: Logger; metrics: Metrics }) {}

  /** `code` is one of a table of ours, never a text that came from outside. */
  note(via: Via, code: string, { requestId, address, keyPrefix, actorId }: Refused, more: Readonly<Record<string, string | number>> = {}): void {
    this.deps.metrics.refusals.inc({ code, via });
    const key = `${via} ${code}`;
    const written = this.written.get(key) ?? { via, code, lines: 0, leftOut: 0 };
    this.written.set(key, written);
    this.timer ??= setTimeout(() => this.flush(), SECOND_MS).unref();
    if (written.lines >= LINES_PER_SECOND) {
      written.leftOut += 1;
      return;
    }
    written.lines += 1;
    this.deps.logger[MISTAKES.has(code) ? 'info' : 'warn']({ requestId, via, code, address, keyPrefix, actorId, ...more }, 'A request was refused.');
  }

  /** Tells what was left out, and begins a new second. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { via, code, leftOut } of this.written.values()) {
      if (leftOut > 0) this.deps.logger.warn({ via, code, leftOut }, 'More requests were refused than are told one by one.');
    }
    this.written.clear();
  }
}
