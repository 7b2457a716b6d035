import type { ProviderPace } from '@countermeasure/sdk';

/** For providers whose plugins know no better. */
const DEFAULT_PACE: Required<ProviderPace> = { concurrency: 32, startsPerSecond: 50, burst: 500 };

/** Of five turns one is kept for single runs: a batch never holds all of them. */
const ONE_KEPT_OF = 5;

/** What the operator has set for all connections; undefined: as the plugin says. */
export interface PaceOverrides {
  readonly concurrency: number | undefined;
  readonly startsPerSecond: number | undefined;
}

/** How fast one tenant may be called by all workers together. */
export interface PaceSettings {
  /** How many steps may work on it at once. */
  readonly turns: number;
  /** How many of these a batch may not have. */
  readonly keptTurns: number;
  readonly startsPerSecond: number;
  /** How many may start at once after a quiet time. */
  readonly burst: number;
}

/**
 * What the operator has set comes first, then what the plugin knows. A rate that the operator sets has a burst of one second.
 * Turns carry the rate, each its share, so there are no more of them than may start at once.
 */
export function paceSettingsOf(known: ProviderPace | undefined, overrides: PaceOverrides): PaceSettings {
  const { concurrency, startsPerSecond, burst } = { ...DEFAULT_PACE, ...known };
  const allowed = overrides.startsPerSecond ?? burst;
  const turns = Math.min(overrides.concurrency ?? concurrency, allowed);
  return { turns, keptTurns: Math.floor(turns / ONE_KEPT_OF), startsPerSecond: overrides.startsPerSecond ?? startsPerSecond, burst: allowed };
}
