import { Store } from '../parts/store.js';

/** The ways to the service on which nothing comes back just now; empty: all is well. */
export const lostWays = new Store<ReadonlySet<'http' | 'socket'>>(new Set());

export function tellWay(way: 'http' | 'socket', isOpen: boolean): void {
  const lost = lostWays.get();
  if (lost.has(way) === !isOpen) return;
  lostWays.set(new Set(isOpen ? [...lost].filter((one) => one !== way) : [...lost, way]));
}
