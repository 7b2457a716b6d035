import { CronExpressionParser } from 'cron-parser';
import { IANAZone } from 'luxon';

/** A time of a schedule counts as missed when it is found so much later than it was due. */
export const MISSED_AFTER_MS = 5 * 60_000;

/** What is wrong with a cron expression; undefined when it is sound. Minutes are the finest there is: the engine looks once a minute. */
export function scheduleProblem(schedule: string): string | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return 'A schedule has five fields: minute, hour, day of the month, month, day of the week, for example "0 3 * * MON-FRI".';
  // The library takes it for a time that it chooses anew each time it is asked.
  if (fields.some((field) => /(^|,)h/i.test(field))) return 'The schedule cannot be read: H, for a time that somebody else chooses, is not understood.';
  try {
    nextDueAt(schedule, 'UTC', new Date());
    return undefined;
  } catch (error) {
    return `The schedule cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function timeZoneProblem(timeZone: string): string | undefined {
  return IANAZone.isValidZone(timeZone) ? undefined : `"${timeZone.slice(0, 80)}" is no IANA time zone, such as Europe/Berlin or UTC.`;
}

/** The first time that a schedule is due after a moment. */
export function nextDueAt(schedule: string, timeZone: string, after: Date): Date {
  return CronExpressionParser.parse(schedule.trim(), { tz: timeZone, currentDate: after }).next().toDate();
}

/** The latest time that a schedule was due up to a moment. */
export function lastDueAt(schedule: string, timeZone: string, upTo: Date): Date {
  // `prev` looks strictly before, so the moment itself is included by a millisecond.
  return CronExpressionParser.parse(schedule.trim(), { tz: timeZone, currentDate: new Date(upTo.getTime() + 1) }).prev().toDate();
}
