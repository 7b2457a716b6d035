import { Duration } from 'luxon';

/** Milliseconds of an ISO 8601 duration of weeks, days and times; undefined for anything else. Months and years have no fixed length. */
export function parseDurationMs(text: string): number | undefined {
  const duration = Duration.fromISO(text);
  if (!duration.isValid || duration.years !== 0 || duration.months !== 0 || duration.quarters !== 0) return undefined;
  const milliseconds = duration.toMillis();
  return milliseconds >= 0 && Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** The shortest usual form: 90000 gives PT1M30S. */
export function formatDuration(milliseconds: number): string {
  return Duration.fromMillis(milliseconds).rescale().toISO();
}
