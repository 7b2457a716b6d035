/** So many seconds as people say it: 40 s, 3 min, 2 h, 4 days. */
export function inWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${round(seconds / 60)} min`;
  return seconds < 86_400 ? `${round(seconds / 3_600)} h` : `${round(seconds / 86_400)} days`;
}

/** One digit behind the point while it says something. */
const round = (value: number): string => (value < 10 ? value.toFixed(1).replace('.0', '') : String(Math.round(value)));

/** 1–5 min, from 1 day on. */
export function spanInWords({ fromSeconds, toSeconds }: { readonly fromSeconds: number; readonly toSeconds?: number | null }): string {
  if (toSeconds === null || toSeconds === undefined) return `${inWords(fromSeconds)} or more`;
  return fromSeconds === 0 ? `below ${inWords(toSeconds)}` : `${inWords(fromSeconds)} to ${inWords(toSeconds)}`;
}

/** 1 Mar, of 2026-03-01. */
export const dayInWords = (day: string): string => new Date(`${day}T00:00:00`).toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
