import { lastDays } from '../../src/statistics/run-days.js';

const hoursOf = (days: { startsAt: Date }[]): number[] => days.slice(1).map(({ startsAt }, index) => (startsAt.getTime() - (days[index]?.startsAt.getTime() ?? 0)) / 3_600_000);

test('the last days end with the one of the moment, as the clocks of the time zone have it', () => {
  const now = new Date('2026-03-01T23:30:00Z');
  expect(lastDays(2, now, 'UTC')).toEqual([{ day: '2026-02-28', startsAt: new Date('2026-02-28T00:00:00Z') }, { day: '2026-03-01', startsAt: new Date('2026-03-01T00:00:00Z') }]);
  expect(lastDays(1, now, 'Europe/Berlin')).toEqual([{ day: '2026-03-02', startsAt: new Date('2026-03-01T23:00:00Z') }]);
  expect(lastDays(1, now, 'America/Los_Angeles')).toEqual([{ day: '2026-03-01', startsAt: new Date('2026-03-01T08:00:00Z') }]);
});

test('a day on which the clocks are put forward has 23 hours, one on which they are put back 25', () => {
  const spring = lastDays(4, new Date('2026-03-30T12:00:00Z'), 'Europe/Berlin');
  expect(spring.map(({ day }) => day)).toEqual(['2026-03-27', '2026-03-28', '2026-03-29', '2026-03-30']);
  expect(hoursOf(spring)).toEqual([24, 24, 23]);
  expect(hoursOf(lastDays(4, new Date('2026-10-26T12:00:00Z'), 'Europe/Berlin'))).toEqual([24, 24, 25]);
});

test('a day whose midnight is left out by the clocks begins when they show 1 o\'clock', () => {
  const days = lastDays(3, new Date('2026-09-07T02:00:00Z'), 'America/Santiago');
  expect(days.map(({ day, startsAt }) => [day, startsAt.toISOString()])).toEqual([
    ['2026-09-04', '2026-09-04T04:00:00.000Z'], ['2026-09-05', '2026-09-05T04:00:00.000Z'], ['2026-09-06', '2026-09-06T04:00:00.000Z'],
  ]);
  expect(hoursOf(lastDays(2, new Date('2026-09-07T12:00:00Z'), 'America/Santiago'))).toEqual([23]);
});
