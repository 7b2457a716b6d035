import type { Tx } from '../db/database.js';

/** Which actions the steps of all playbooks carry out by a connection: playbooks know that, and tell it by this function. */
export type ActionsInUse = (tx: Tx, connectionIds: readonly string[]) => Promise<readonly { readonly connectionId: string; readonly actionId: string; readonly playbookName: string }[]>;
