import { CRASH_POINTS } from './crash-points.ts';

export interface Round {
  readonly number: number;
  readonly disturbances: readonly string[];
  /** How long it took after the last disturbance until every run was over or waited for a person. */
  readonly settledMs: number;
  readonly ms: number;
  readonly violations: readonly string[];
}

export interface ChaosReport {
  readonly rounds: readonly Round[];
  /** How often a process has ended at each crash point. */
  readonly reached: ReadonlyMap<string, number>;
  /** What the processes have logged, each kind with how often it came. */
  readonly complaints: ReadonlyMap<string, number>;
  readonly runs: readonly { readonly status: string; readonly count: number }[];
  /** Calls that change something, as the provider has counted them. */
  readonly calls: number;
  readonly notices: number;
  readonly events: number;
  readonly followers: number;
}

/** One line, as soon as the round is over. */
export function tellRound({ number, disturbances, settledMs, ms, violations }: Round): string {
  return [`Round ${number}: ${disturbances.join('; ')}. ${seconds(ms)}, settled within ${seconds(settledMs)}, ${violations.length === 0 ? 'nothing lost, nothing twice' : `${violations.length} violations`}.`, ...violations.map((violation) => `  ${violation}`)].join('\n');
}

export function tell({ rounds, reached, complaints, runs, calls, notices, events, followers }: ChaosReport): string {
  const inflicted = Map.groupBy(rounds.flatMap(({ disturbances }) => disturbances), (name) => name);
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  return [
    `${rounds.length} rounds, ${total} runs (${runs.map(({ status, count }) => `${count} ${status}`).join(', ')}), ${events} events, ${calls} changing calls, ${notices} notices, ${followers} followers. It took at most ${seconds(Math.max(...rounds.map(({ settledMs }) => settledMs)))} after the last disturbance of a round until everything was over or waited for a person.`,
    'Processes that ended at a crash point:',
    ...CRASH_POINTS.map(({ name, what }) => `${String(reached.get(name) ?? 0).padStart(5)} ${name}: ${what}`),
    'Disturbances beside them:',
    ...[...inflicted].sort(([, one], [, other]) => other.length - one.length).map(([name, all]) => `${String(all.length).padStart(5)} ${name}`),
    'What the processes have logged:',
    ...[...complaints].sort(([, one], [, other]) => other - one).map(([what, times]) => `${String(times).padStart(5)} ${what}`),
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
