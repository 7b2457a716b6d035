export type Unit = 'S' | 'M' | 'H' | 'D';

const SECONDS: Readonly<Record<Unit, number>> = { D: 86_400, H: 3_600, M: 60, S: 1 };

const IN_ONE_UNIT = /^PT?(\d+)([SMHD])$/;
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** PT24H → 24 hours, as it is written; PT1H30M → 90 minutes, in the largest unit that it is whole in; none: ''. */
export function partsOf(duration: string): { readonly amount: string; readonly unit: Unit } {
  const simple = IN_ONE_UNIT.exec(duration);
  if (simple) return { amount: simple[1] ?? '', unit: simple[2] as Unit };
  const found = ISO.exec(duration);
  if (!found) return { amount: '', unit: 'H' };
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((text) => Number(text ?? 0));
  const total = (weeks * 7 + days) * SECONDS.D + hours * SECONDS.H + minutes * SECONDS.M + seconds;
  const unit = (['D', 'H', 'M'] as const).find((one) => total % SECONDS[one] === 0) ?? 'S';
  return { amount: String(total / SECONDS[unit]), unit };
}

/** Only digits count. */
export function durationOf(amount: string, unit: Unit): string {
  const digits = amount.replaceAll(/\D/g, '');
  if (digits === '') return '';
  return unit === 'D' ? `P${digits}D` : `PT${digits}${unit}`;
}
