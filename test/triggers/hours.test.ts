import { parseHours } from '../../src/triggers/hours.js';

function isWithin(hours: string, moment: string, timeZone = 'UTC'): boolean | undefined {
  return parseHours(hours, timeZone)?.(Date.parse(moment));
}

// 2026-03-02 is a Monday.
test.each<readonly [hours: string, moment: string, expected: boolean]>([
  ['08:00-18:00', '2026-03-02T07:59:59.999Z', false],
  ['08:00-18:00', '2026-03-02T08:00:00Z', true],
  ['08:00-18:00', '2026-03-02T17:59:59.999Z', true],
  ['08:00-18:00', '2026-03-02T18:00:00Z', false],
  ['22:00-06:00', '2026-03-02T21:59:00Z', false],
  ['22:00-06:00', '2026-03-02T22:00:00Z', true],
  ['22:00-06:00', '2026-03-03T00:00:00Z', true],
  ['22:00-06:00', '2026-03-03T05:59:00Z', true],
  ['22:00-06:00', '2026-03-03T06:00:00Z', false],
  ['22:00-00:00', '2026-03-02T23:59:00Z', true],
  ['22:00-00:00', '2026-03-03T00:00:00Z', false],
  ['Mon-Fri 08:00-18:00', '2026-03-06T12:00:00Z', true],
  ['Mon-Fri 08:00-18:00', '2026-03-07T12:00:00Z', false],
  ['sat,SUN 00:00-24:00', '2026-03-07T00:00:00Z', true],
  ['Sat,Sun 00:00-24:00', '2026-03-08T23:59:59Z', true],
  ['Sat,Sun 00:00-24:00', '2026-03-09T00:00:00Z', false],
  ['Fri-Mon,Wed 12:00-13:00', '2026-03-02T12:00:00Z', true],
  ['Fri-Mon,Wed 12:00-13:00', '2026-03-03T12:00:00Z', false],
  ['Fri-Mon,Wed 12:00-13:00', '2026-03-04T12:00:00Z', true],
  ['Fri 22:00-06:00', '2026-03-07T05:59:00Z', true],
  ['Fri 22:00-06:00', '2026-03-06T05:59:00Z', false],
  ['Fri 22:00-06:00', '2026-03-07T22:00:00Z', false],
  ['Sun 22:00-06:00', '2026-03-02T03:00:00Z', true],
])('%s at %s: %s', (hours, moment, expected) => {
  expect(isWithin(hours, moment)).toBe(expected);
});

test('a zone behind the hours goes before the trigger\'s', () => {
  expect(isWithin('09:00-10:00 Europe/Berlin', '2026-03-02T08:30:00Z', 'America/New_York')).toBe(true);
  expect(isWithin('09:00-10:00', '2026-03-02T14:30:00Z', 'America/New_York')).toBe(true);
});

test.each(['', '8:00-18:00', '08:00', '08:00-08:00', '24:00-06:00', '08:00-24:01', '08:60-09:00', '25:00-26:00', 'Mo-Fr 08:00-18:00', 'Mon- 08:00-18:00', 'Mon-Tue-Wed 08:00-18:00', ', 08:00-18:00', '08:00-18:00 Nowhere/Land', '08:00-18:00 +01:00', '08:00-18:00 Europe/Berlin x'])('%j is refused', (hours) => {
  expect(parseHours(hours, 'UTC')).toBeUndefined();
});

/**
 * One change of the clocks: the last minute before, the first one after, and for when they are put back the second
 * coming of the hour. What the clock on the wall shows is written beside each moment.
 */
interface Change {
  readonly zone: string;
  /** A Sunday in all three zones. */
  readonly hours: string;
  readonly moments: readonly (readonly [moment: string, wall: string, isWithin: boolean])[];
}

const PUT_FORWARD: readonly Change[] = [
  { zone: 'Europe/Berlin', hours: 'Sun 02:00-04:00', moments: [['2026-03-29T00:59:59Z', '01:59', false], ['2026-03-29T01:00:00Z', '03:00', true], ['2026-03-29T01:59:59Z', '03:59', true], ['2026-03-29T02:00:00Z', '04:00', false]] },
  { zone: 'America/New_York', hours: 'Sun 02:00-04:00', moments: [['2026-03-08T06:59:59Z', '01:59', false], ['2026-03-08T07:00:00Z', '03:00', true], ['2026-03-08T07:59:59Z', '03:59', true], ['2026-03-08T08:00:00Z', '04:00', false]] },
  { zone: 'Australia/Sydney', hours: 'Sun 02:00-04:00', moments: [['2026-10-03T15:59:59Z', '01:59', false], ['2026-10-03T16:00:00Z', '03:00', true], ['2026-10-03T16:59:59Z', '03:59', true], ['2026-10-03T17:00:00Z', '04:00', false]] },
];

const PUT_BACK: readonly Change[] = [
  { zone: 'Europe/Berlin', hours: 'Sun 02:00-03:00', moments: [['2026-10-24T23:59:59Z', '01:59', false], ['2026-10-25T00:00:00Z', '02:00', true], ['2026-10-25T00:59:59Z', '02:59', true], ['2026-10-25T01:00:00Z', '02:00 again', true], ['2026-10-25T01:59:59Z', '02:59 again', true], ['2026-10-25T02:00:00Z', '03:00', false]] },
  { zone: 'America/New_York', hours: 'Sun 01:00-02:00', moments: [['2026-11-01T04:59:59Z', '00:59', false], ['2026-11-01T05:00:00Z', '01:00', true], ['2026-11-01T05:59:59Z', '01:59', true], ['2026-11-01T06:00:00Z', '01:00 again', true], ['2026-11-01T06:59:59Z', '01:59 again', true], ['2026-11-01T07:00:00Z', '02:00', false]] },
  { zone: 'Australia/Sydney', hours: 'Sun 02:00-03:00', moments: [['2026-04-04T14:59:59Z', '01:59', false], ['2026-04-04T15:00:00Z', '02:00', true], ['2026-04-04T15:59:59Z', '02:59', true], ['2026-04-04T16:00:00Z', '02:00 again', true], ['2026-04-04T16:59:59Z', '02:59 again', true], ['2026-04-04T17:00:00Z', '03:00', false]] },
];

describe.each([...PUT_FORWARD, ...PUT_BACK])('when the clocks of $zone change, $hours', ({ zone, hours, moments }) => {
  test.each(moments)('at %s, %s on the wall: %s', (moment, _wall, expected) => {
    expect(isWithin(hours, moment, zone)).toBe(expected);
  });
});

test.each([...PUT_FORWARD])('hours in the hour that $zone leaves out do not come that day, but the day before', ({ zone, moments }) => {
  const change = Date.parse(moments[1]?.[0] ?? '');
  const test = parseHours('02:00-03:00', zone);
  const minutes = Array.from({ length: 24 * 60 }, (_, minute) => change - 12 * 60 * 60_000 + minute * 60_000);
  expect(minutes.filter((minute) => test?.(minute))).toEqual([]);
  expect(minutes.filter((minute) => test?.(minute - 24 * 60 * 60_000))).toHaveLength(60);
});

test.each([...PUT_FORWARD.map((change) => ({ ...change, length: 7 })), ...PUT_BACK.map((change) => ({ ...change, length: 9 }))])('a night from 22:00 to 06:00 over the change in $zone lasts $length hours, as its Saturday says', ({ zone, moments, length }) => {
  const change = Date.parse(moments[1]?.[0] ?? '');
  const test = parseHours('Sat 22:00-06:00', zone);
  const minutes = Array.from({ length: 48 * 60 }, (_, minute) => change - 24 * 60 * 60_000 + minute * 60_000);
  expect(minutes.filter((minute) => test?.(minute))).toHaveLength(length * 60);
});
