import type { Notice } from '@countermeasure/sdk';
import type { Tx } from '../db/database.js';

/** Names one notice to one contact. */
export interface NotificationKey {
  readonly approvalId: string;
  readonly contactIndex: number;
  readonly kind: Notice['kind'];
}

/** How approvals wake the engine, inside the transaction that gives it something to do. */
export interface ApprovalWakeups {
  /** Sends a notice, now or at a time; a later call for the same one replaces the one before. */
  deliver(tx: Tx, key: NotificationKey, at?: Date): Promise<void>;
  /** Closes an approval that nobody has decided by then. */
  expire(tx: Tx, approvalId: string, at: Date): Promise<void>;
  /** Reminds those who have not decided by then. */
  remind(tx: Tx, approvalId: string, at: Date): Promise<void>;
}
