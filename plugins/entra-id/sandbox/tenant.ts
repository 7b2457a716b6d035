import type { PluginLogger } from '@countermeasure/sdk';
import type { BehaviourSettings } from './behaviour.js';
import type { ChangeNotifications } from './change-notifications.js';
import type { Directory } from './directory.js';
import type { Faults } from './faults.js';
import type { Journal } from './journal.js';
import type { Subscriptions } from './subscriptions.js';
import type { TenantState } from './tenant-state.js';
import type { Throttle } from './throttle.js';
import type { TokenKeys } from './token-keys.js';

/** What the routes work on: the tenant's state and all that watches over it. */
export interface Tenant {
  readonly state: TenantState;
  readonly behaviour: BehaviourSettings;
  readonly directory: Directory;
  readonly subscriptions: Subscriptions;
  readonly notifications: ChangeNotifications;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly keys: TokenKeys;
  readonly logger: PluginLogger;
  /** `https://127.0.0.1:<port>` */
  readonly origin: () => string;
  readonly now: () => number;
  /** Says that the state changed and is to be written. */
  readonly changed: () => void;
  /** Aborted when the server stops: nothing may wait longer. */
  readonly stopped: AbortSignal;
}

/** Microsoft's dates are whole seconds; so are ours, because a client's check may stumble over just that. */
export function secondsDate(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
