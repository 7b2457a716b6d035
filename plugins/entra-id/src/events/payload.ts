import type { EventPayload } from '@countermeasure/sdk';

/** Longer than any of Microsoft's identifiers; what is longer is none. */
const LONGEST_ID = 300;

/** An object's properties; none for anything else. */
export function recordOf(value: unknown): EventPayload {
  return isRecord(value) ? value : {};
}

/** The objects of a list; none for anything else. */
export function recordsOf(value: unknown): readonly EventPayload[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is EventPayload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An identifier as it was given. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : undefined;
}

const MOMENT = /^[12]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})$/i;

/** A moment in UTC. One without a zone could be any of many, and Microsoft writes the year 1 where there is none. */
export function momentOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !MOMENT.test(value)) return undefined;
  const moment = new Date(value);
  return moment.getTime() > 0 ? moment.toISOString() : undefined;
}

/** One key of all the parts; none when a part is missing. */
export function keyOf(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join(' ');
}
