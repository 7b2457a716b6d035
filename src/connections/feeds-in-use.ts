import type { Tx } from '../db/database.js';

/** Which event types connections bring by themselves: triggers know that, and tell it by this function. */
export type FeedsInUse = (tx: Tx, connectionIds: readonly string[]) => Promise<readonly { readonly connectionId: string; readonly eventType: string }[]>;
