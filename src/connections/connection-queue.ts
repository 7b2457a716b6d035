import type { Tx } from '../db/database.js';

/** Has a connection checked by the engine, soon or at a time. At most one such check per connection waits; a later call replaces the one before. */
export type WakeCheck = (tx: Tx, connectionId: string, at?: Date) => Promise<void>;
