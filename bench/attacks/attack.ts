/** What an attacker has: the address of the service and the weakest key that there is. */
export interface Victim {
  readonly url: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Something cheap to send that could be dear to answer. */
export interface Attack {
  readonly name: string;
  /** How the service refuses it, as docs/errors.md says; anything else is a fault. */
  readonly refusals: readonly string[];
  /** There is no limit yet on what others notice of it; bench/README.md says why. */
  readonly isOnlyMeasured?: boolean;
  /** How many of them go on at the same time; each begins again as soon as it was answered. */
  readonly atOnce: number;
  /** Does it once, and tells how it ended. */
  readonly once: (victim: Victim) => Promise<string>;
}

/** What came of an attack, by how it ended. */
export type Outcomes = Readonly<Record<string, number>>;
