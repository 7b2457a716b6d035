import type { Tx } from '../db/database.js';

/** How events and feeds wake the engine, inside the transaction that gives it something to do. */
export interface TriggerWakeups {
  /** Has triggers look at events that were just stored. */
  match(tx: Tx, eventIds: readonly string[]): Promise<void>;
  /** Looks for new events of a feed, or brings its subscription in order. A later call for the same feed replaces the one before. */
  look(tx: Tx, feedId: string, at?: Date): Promise<void>;
}
