import type { Database, Tx } from '../db/database.js';

/** Has a connection checked by the engine, soon or at a time. At most one such check per connection waits; a later call replaces the one before. */
export type WakeCheck = (tx: Tx, connectionId: string, at?: Date) => Promise<void>;

/** Wakes the runs that have waited longest for a turn at a connection, those of the least priority number first. Returns how many. */
export type WakeWaiting = (database: Database, connectionId: string, count: number) => Promise<number>;
