import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import type { AuditTrail } from './audit-trail.js';

const FLUSH_AFTER_MS = 1_000;

/** How many kinds of refusals a second keeps apart; the rest of a flood is told as one. */
const KINDS_AT_ONCE = 100;

/** An attempt to sign in that was refused. */
export interface RefusedSignIn {
  readonly address: string;
  /** Whether by HTTP or by a socket. */
  readonly via: 'HTTP' | 'WEBSOCKET';
  /** The part of the presented API key that may be shown; null: something else was presented, or nothing. */
  readonly keyPrefix: string | null;
}

/** Tells the audit log who could not sign in. Attempts that are alike are told together: a flood of them costs one entry a second. */
export class SignInLedger {
  private readonly pending = new Map<string, { refused: RefusedSignIn | undefined; attempts: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { database: Database; audit: AuditTrail; logger: Logger }) {}

  readonly refuse = (refused: RefusedSignIn): void => {
    const key = `${refused.via} ${refused.address} ${refused.keyPrefix ?? ''}`;
    const isKnown = this.pending.has(key) || this.pending.size < KINDS_AT_ONCE;
    const counted = this.pending.get(isKnown ? key : 'others') ?? { refused: isKnown ? refused : undefined, attempts: 0 };
    counted.attempts += 1;
    this.pending.set(isKnown ? key : 'others', counted);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  };

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.size === 0) return;
    const counted = [...this.pending.values()];
    this.pending.clear();
    try {
      await this.deps.database.transact(async (tx) => {
        for (const { refused, attempts } of counted) this.deps.audit.record(tx, { actor: null, action: 'signInRefused', subject: null, details: { ...(refused ?? { address: 'many others' }), attempts } });
      });
    } catch (error) {
      this.deps.logger.error({ err: error, counted }, 'Refused sign-ins could not be written into the audit log.');
    }
  }
}
