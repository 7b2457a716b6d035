import { DateTime, IANAZone } from 'luxon';

const DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WINDOW = /^(?:([A-Za-z,-]+) +)?(\d\d):(\d\d)-(\d\d):(\d\d)(?: +(\S+))?$/;
const MINUTES_OF_DAY = 24 * 60;

interface Window {
  /** Days on which it starts, 1 for Monday to 7 for Sunday. */
  readonly days: ReadonlySet<number>;
  /** Minutes after midnight. */
  readonly start: number;
  readonly end: number;
}

/** Whether this is a time zone of the IANA database, by name: `Europe/Berlin`, `UTC`. */
function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/**
 * Reads hours of the week: `22:00-06:00`, `Mon-Fri 08:00-18:00`, `Sat,Sun 00:00-24:00`, each with a time zone behind it
 * or without. Gives what tells whether a moment, in milliseconds, lies within them; undefined when they are malformed.
 * The start belongs to the hours and the end does not. Hours over midnight belong to the days on which they start.
 *
 * The clock on the wall decides. When it is put forward, the hour that it leaves out is nobody's: hours that lie in it
 * do not come that day, and those around it are an hour shorter. When it is put back, the hour that comes twice counts
 * both times, and hours around it are an hour longer.
 */
export function parseHours(text: string, timeZone: string): ((moment: number) => boolean) | undefined {
  const [, days, startHour, startMinute, endHour, endMinute, ownZone] = WINDOW.exec(text) ?? [];
  const window = { days: parseDays(days), start: minutes(startHour, startMinute), end: minutes(endHour, endMinute) };
  const zoneName = ownZone ?? timeZone;
  if (!isWindow(window) || !isTimeZone(zoneName)) return undefined;
  const zone = IANAZone.create(zoneName);
  return (moment) => isWithin(window, DateTime.fromMillis(moment, { zone }));
}

function isWithin({ days, start, end }: Window, { weekday, hour, minute }: DateTime): boolean {
  const now = hour * 60 + minute;
  if (start < end) return days.has(weekday) && now >= start && now < end;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (now >= start && days.has(weekday)) || (now < end && days.has(yesterday));
}

function isWindow(window: { [Part in keyof Window]: Window[Part] | undefined }): window is Window {
  const { days, start, end } = window;
  if (days === undefined || start === undefined || end === undefined) return false;
  // Hours that end when they start could be none or all.
  return start !== end && start < MINUTES_OF_DAY;
}

function minutes(hour: string | undefined, minute: string | undefined): number | undefined {
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= MINUTES_OF_DAY ? total : undefined;
}

/** `Mon-Fri`, `Sat,Sun`, `Fri-Mon,Wed`; every day when nothing is said. */
function parseDays(text: string | undefined): ReadonlySet<number> | undefined {
  if (text === undefined) return new Set([1, 2, 3, 4, 5, 6, 7]);
  const spans = text.toLowerCase().split(',').map(parseSpan);
  return spans.every((span) => span !== undefined) ? new Set(spans.flat()) : undefined;
}

function parseSpan(text: string): readonly number[] | undefined {
  const [first = '', last = first, ...more] = text.split('-');
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from < 0 || to < 0 || more.length > 0) return undefined;
  const length = ((to - from + DAYS.length) % DAYS.length) + 1;
  return Array.from({ length }, (_, offset) => ((from + offset) % DAYS.length) + 1);
}
