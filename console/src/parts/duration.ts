/** The units in which people give a duration, the longest first, with their seconds. */
export const UNITS = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;
export type Unit = keyof typeof UNITS;

const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** An ISO 8601 duration in the longest unit that gives a whole number: PT90S is 90 seconds, PT2H 2 hours. */
export function splitDuration(iso: string): { readonly amount: number; readonly unit: Unit } {
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (ISO.exec(iso) ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = (weeks * 7 + days) * UNITS.days + hours * UNITS.hours + minutes * UNITS.minutes + seconds;
  const unit = (Object.keys(UNITS) as Unit[]).find((one) => total >= UNITS[one] && total % UNITS[one] === 0) ?? 'seconds';
  return { amount: total / UNITS[unit], unit };
}

export function joinDuration(amount: number, unit: Unit): string {
  return unit === 'days' ? `P${amount}D` : `PT${amount}${unit.charAt(0).toUpperCase()}`;
}

/** For people: 90 seconds, 2 hours. */
export function wordsOfDuration(iso: string): string {
  const { amount, unit } = splitDuration(iso);
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`;
}
