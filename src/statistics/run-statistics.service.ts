import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { refuseIfAny, type Problem } from '../kernel/errors.js';
import type { Registry } from '../registry/registry.js';
import { timeZoneProblem } from '../triggers/schedule.js';
import { lastDays } from './run-days.js';
import { BOUNDS_SECONDS, countsOf, timeToContainOf, type RunStatistics } from './run-statistics.js';
import type { RunStatisticsStore } from './run-statistics.store.js';

const MOST_DAYS = 366;

/** What runs came to over the last days, counted anew each time it is asked. */
export class RunStatisticsService {
  constructor(private readonly deps: { database: Database; statistics: RunStatisticsStore; registry: Registry }) {}

  async read(session: Session, { days: count, timeZone }: { days: number; timeZone: string }): Promise<RunStatistics> {
    session.assert('run:read');
    refuseIfAny(problemsOf(count, timeZone));
    const { database, statistics, registry } = this.deps;
    const { limits } = session;
    const to = new Date();
    const days = lastDays(count, to, timeZone);
    const from = days[0]?.startsAt ?? to;
    const actions = registry.actions({ outcome: 'CONTAIN' }).map(({ id }) => id);
    const [counts, times] = await Promise.all([
      statistics.countRuns(database.reader, days.map(({ startsAt }) => startsAt), limits),
      statistics.timesToContain(database.reader, { since: from, actions, bounds: BOUNDS_SECONDS, limits }),
    ]);
    const countsOfDay = Map.groupBy(counts, ({ day }) => day);
    return { from, to, runs: countsOf(counts), perDay: days.map(({ day }, index) => ({ day, ...countsOf(countsOfDay.get(index) ?? []) })), timeToContain: timeToContainOf(times) };
  }
}

function problemsOf(days: number, timeZone: string): Problem[] {
  const zone = timeZoneProblem(timeZone);
  return [
    ...(days < 1 || days > MOST_DAYS ? [{ path: ['days'], message: `days is a number from 1 to ${MOST_DAYS}.` }] : []),
    ...(zone === undefined ? [] : [{ path: ['timeZone'], message: zone }]),
  ];
}
