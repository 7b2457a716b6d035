import type { Tx } from '../db/database.js';

/**
 * Wakes the engine for a run, inside the transaction that gives it something to do: both are committed or neither is.
 * At most one wake-up per run waits at a time; a later call replaces the one before.
 */
export type WakeRun = (tx: Tx, runId: string, at?: Date) => Promise<void>;

/** The same for many runs, in one statement. */
export type WakeRuns = (tx: Tx, runIds: readonly string[]) => Promise<void>;

/** Wakes every run that the pause switch holds, inside the transaction that switches it off. */
export type WakePausedRuns = (tx: Tx) => Promise<void>;
