import type { EventPayload } from '@countermeasure/sdk';
import { DateTime } from 'luxon';

const MAX_DEPTH = 32;
const MAX_NUMBER_LENGTH = 400;
const MAX_TIME_LENGTH = 64;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const TIME = /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Every value that a path leads to, null left out: none when the field is absent, several when the path goes through
 * an array or ends in one. Names are those that the payload itself brought, never those of JavaScript's objects.
 */
export function readField(payload: EventPayload, path: string): readonly unknown[] {
  const names = path.split('.');
  if (names.length > MAX_DEPTH) return [];
  const found = names.reduce<readonly unknown[]>((values, name) => values.flatMap((value) => elementsOf(propertyOf(value, name))), [payload]);
  return found.filter((value) => value !== undefined && value !== null);
}

/** A value as text: numbers and truth values too, since senders differ in how they quote; undefined for objects. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A value as a number, from a text as well; undefined when it is none that can be counted with. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && (value.length > MAX_NUMBER_LENGTH || !NUMBER.test(value))) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A value as true or false, from a text as well. */
export function readBoolean(value: unknown): boolean | undefined {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (text === true || text === 'true') return true;
  return text === false || text === 'false' ? false : undefined;
}

/** The milliseconds of an RFC 3339 time. A number is no time: nobody could tell seconds from milliseconds. */
export function readTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > MAX_TIME_LENGTH || !TIME.test(value)) return undefined;
  const time = DateTime.fromISO(value.toUpperCase());
  return time.isValid ? time.toMillis() : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value.flat(MAX_DEPTH) as unknown[]) : [value];
}
