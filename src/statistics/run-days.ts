import { DateTime } from 'luxon';

/** A day on the calendar of a time zone. Where the clocks are changed it has 23 or 25 hours. */
export interface RunDay {
  /** 2026-03-29 */
  readonly day: string;
  readonly startsAt: Date;
}

/** So many days up to the one that a moment lies in, the oldest first. */
export function lastDays(count: number, now: Date, timeZone: string): RunDay[] {
  const today = DateTime.fromJSDate(now, { zone: timeZone });
  return Array.from({ length: count }, (_day, index) => {
    const start = today.minus({ days: count - 1 - index }).startOf('day');
    return { day: start.toFormat('yyyy-MM-dd'), startsAt: start.toJSDate() };
  });
}
