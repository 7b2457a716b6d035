import type { SubscriptionRecord } from './subscription-record.js';
import type { TenantState } from './tenant-state.js';

export interface SubscriptionsOptions {
  readonly state: TenantState;
  readonly now: () => number;
  /** Called after each change, for whoever keeps the state. */
  readonly changed: () => void;
}

/** The change types in an order of their own: `deleted,updated` says the same as `updated,deleted`. */
function changesOf({ changeType }: Pick<SubscriptionRecord, 'changeType'>): string {
  return changeType.split(',').map((change) => change.trim().toLowerCase()).toSorted().join();
}

function resourceOf({ resource }: Pick<SubscriptionRecord, 'resource'>): string {
  return resource.toLowerCase().replace(/^\//, '');
}

/** Who wants to be told of changes. No timer runs: one that is over goes when somebody looks. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  live(): readonly SubscriptionRecord[] {
    const { state, now, changed } = this.#options;
    const live = state.subscriptions.filter(({ expirationDateTime }) => Date.parse(expirationDateTime) > now());
    if (live.length < state.subscriptions.length) {
      state.subscriptions = live;
      changed();
    }
    return live;
  }

  find(id: string): SubscriptionRecord | undefined {
    return this.live().find((subscription) => subscription.id === id.toLowerCase());
  }

  /** The one that is to the same changes of the same resource. */
  findAlike(wanted: Pick<SubscriptionRecord, 'resource' | 'changeType'>): SubscriptionRecord | undefined {
    return this.live().find((subscription) => resourceOf(subscription) === resourceOf(wanted) && changesOf(subscription) === changesOf(wanted));
  }

  add(subscription: SubscriptionRecord): void {
    this.#options.state.subscriptions = [...this.live(), subscription];
    this.#options.changed();
  }

  prolong(subscription: SubscriptionRecord, expirationDateTime: string): void {
    subscription.expirationDateTime = expirationDateTime;
    this.#options.changed();
  }

  remove(id: string): void {
    this.#options.state.subscriptions = this.live().filter((subscription) => subscription.id !== id);
    this.#options.changed();
  }
}
