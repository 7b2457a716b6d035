import { createHash } from 'node:crypto';

export interface StreamOptions {
  /** How many are sent, duplicates among them. */
  readonly events: number;
  readonly users: number;
  readonly seed: string;
}

export interface Alert {
  readonly id: string;
  readonly title: string;
  readonly severity: 'low' | 'high';
  readonly user: string;
  readonly vendor: string;
  readonly occurredAt: string;
}

export interface EventStream {
  /** In the order in which they are sent. */
  readonly alerts: readonly Alert[];
  /** The ids of those that differ. */
  readonly ids: readonly string[];
  /** The ids of those that match the trigger. */
  readonly matchingIds: readonly string[];
}

export const EVENT_TYPE = 'identity:alert';
export const MATCHING = [{ field: 'severity', matcher: 'IS', values: ['high'] }];
const DUPLICATES = 0.2;

/** Alerts in random order: every fifth is a duplicate of another one, every second matches. The same seed gives the same stream. */
export function makeStream({ events, users, seed }: StreamOptions): EventStream {
  const random = randomNumbers(seed);
  const distinct = Array.from({ length: Math.round(events * (1 - DUPLICATES)) }, (_alert, index) => makeAlert(index, users));
  const again = Array.from({ length: events - distinct.length }, () => distinct[Math.floor(random() * distinct.length)]).filter((alert) => alert !== undefined);
  const drawn = [...distinct, ...again].map((alert) => ({ alert, place: random() }));
  return {
    alerts: drawn.sort((a, b) => a.place - b.place).map(({ alert }) => alert),
    ids: distinct.map(({ id }) => id),
    matchingIds: distinct.filter(({ severity }) => severity === 'high').map(({ id }) => id),
  };
}

function makeAlert(index: number, users: number): Alert {
  return {
    id: `alert-${index}`,
    title: 'Impossible travel',
    severity: index % 2 === 0 ? 'high' : 'low',
    user: `user-${Math.floor(index / 2) % users}@contoso.example`,
    vendor: 'Example SIEM',
    occurredAt: new Date(Date.UTC(2026, 2, 1) + index * 1_000).toISOString(),
  };
}

/** Numbers from 0 to 1 that look random. */
function randomNumbers(seed: string): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed} ${(count += 1)}`).digest().readUInt32BE() / 2 ** 32;
}

export function inBatches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_batch, index) => items.slice(index * size, (index + 1) * size));
}

/** Several clients, each of which takes the next batch as soon as it is done with its last one. */
export async function shareOut<Item>(items: readonly Item[], clients: number, send: (item: Item, client: number) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: clients }, async (_client, client) => {
      for (const item of waiting) await send(item, client);
    }),
  );
}
