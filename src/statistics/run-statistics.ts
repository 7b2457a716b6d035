import type { RunStatus } from '../runs/run.machine.js';

/** Where one part of the histogram ends and the next one begins: 10 s to a day. */
export const BOUNDS_SECONDS: readonly number[] = [10, 30, 60, 120, 300, 900, 3_600, 14_400, 86_400];

/** What became of a number of runs. */
export interface RunCounts {
  readonly started: number;
  readonly unfinished: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly denied: number;
  readonly canceled: number;
}

export interface TimeToContain {
  readonly runs: number;
  readonly medianSeconds: number | null;
  readonly percentile90Seconds: number | null;
  readonly histogram: readonly { readonly fromSeconds: number; readonly toSeconds: number | null; readonly runs: number }[];
}

export interface RunStatistics {
  readonly from: Date;
  readonly to: Date;
  readonly runs: RunCounts;
  readonly perDay: readonly (RunCounts & { readonly day: string })[];
  readonly timeToContain: TimeToContain;
}

/** How many runs of one status were started on one day. */
export interface RunCount {
  /** 0 for the first of the days. */
  readonly day: number;
  readonly status: RunStatus;
  readonly runs: number;
}

/** How long a number of runs took. */
export interface ContainTimes {
  /** Which part of the histogram; null: all of them. */
  readonly bucket: number | null;
  readonly runs: number;
  readonly medianSeconds: number | null;
  readonly percentile90Seconds: number | null;
}

/** What has become of runs that were counted by status. */
export function countsOf(counts: readonly RunCount[]): RunCounts {
  const of = (...statuses: RunStatus[]): number => counts.filter(({ status }) => statuses.includes(status)).reduce((total, { runs }) => total + runs, 0);
  return {
    started: counts.reduce((total, { runs }) => total + runs, 0),
    unfinished: of('QUEUED', 'RUNNING', 'WAITING_FOR_APPROVAL', 'NEEDS_REVIEW'),
    succeeded: of('SUCCEEDED'),
    failed: of('FAILED'),
    denied: of('DENIED'),
    canceled: of('CANCELED'),
  };
}

/** The whole and its parts, empty ones, too. */
export function timeToContainOf(times: readonly ContainTimes[]): TimeToContain {
  const all = times.find(({ bucket }) => bucket === null);
  const runsOf = (bucket: number): number => times.find((part) => part.bucket === bucket)?.runs ?? 0;
  return {
    runs: all?.runs ?? 0,
    medianSeconds: all?.medianSeconds ?? null,
    percentile90Seconds: all?.percentile90Seconds ?? null,
    histogram: [0, ...BOUNDS_SECONDS].map((fromSeconds, bucket) => ({ fromSeconds, toSeconds: BOUNDS_SECONDS[bucket] ?? null, runs: runsOf(bucket) })),
  };
}
