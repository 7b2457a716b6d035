import type { EventField } from '@countermeasure/sdk';
import { readBoolean, readNumber, readText, readTime } from './event-fields.js';
import { compileGlob } from './glob.js';
import { parseHours } from './hours.js';
import type { Matcher } from './matchers.js';
import { parseNetwork, readAddress } from './networks.js';

/** Whether a value of an event fits; undefined when it cannot be read as what the field is to hold. */
export type ValueTest = (value: unknown) => boolean | undefined;

/** What a matcher makes of the values of a condition. */
export interface ValueReader {
  /** What such a value is, for whoever wrote something else. */
  readonly expected: string;
  accepts(text: string): boolean;
  /** A test that fits when at least one of the texts does. */
  compile(texts: readonly string[]): ValueTest;
}

const HOURS = 'hours like 22:00-06:00, Mon-Fri 08:00-18:00 or Sat,Sun 00:00-24:00, with a time zone of the IANA database behind them or none';

const READERS: Partial<Record<Matcher, (timeZone: string) => ValueReader>> = {
  IN_CIDR: () => reader('a network like 10.0.0.0/8 or 2001:db8::/32, or an address', readAddress, parseNetwork),
  WITHIN_HOURS: (timeZone) => reader(HOURS, readTime, (text) => parseHours(text, timeZone)),
  CONTAINS: () => textReader((text, part) => text.includes(part)),
  STARTS_WITH: () => textReader((text, start) => text.startsWith(start)),
  ENDS_WITH: () => textReader((text, end) => text.endsWith(end)),
  MATCHES_GLOB: () => reader('a pattern that is not empty', readText, (text) => (text === '' ? undefined : compileGlob(text))),
};

type Compare = <Value>(value: Value, constant: Value) => boolean;

/** How a matcher, other than an opposite, reads the values of a condition on a field. */
export function valueReader(field: EventField, matcher: Matcher, timeZone: string): ValueReader {
  return READERS[matcher]?.(timeZone) ?? comparisonReader(field, comparisonOf(matcher));
}

function comparisonOf(matcher: Matcher): Compare {
  if (matcher === 'GREATER_THAN') return (value, constant) => value > constant;
  if (matcher === 'GREATER_OR_EQUAL') return (value, constant) => value >= constant;
  if (matcher === 'LESS_THAN') return (value, constant) => value < constant;
  if (matcher === 'LESS_OR_EQUAL') return (value, constant) => value <= constant;
  return (value, constant) => value === constant;
}

function comparisonReader({ type, values }: EventField, compare: Compare): ValueReader {
  switch (type) {
    case 'NUMBER':
      return constantReader('a number like 42 or -0.5', readNumber, compare);
    case 'BOOLEAN':
      return constantReader('true or false', readBoolean, compare);
    case 'DATETIME':
      return constantReader('an RFC 3339 time like 2026-03-01T03:12:45Z', readTime, compare);
    case 'ENUM':
    case 'ENUM_LIST':
      return knownReader(values);
    case 'STRING':
    case 'STRING_LIST':
      return constantReader('a text', readCaseless, compare);
  }
}

/** One of the values that the field is known to have; any text where none are known. */
function knownReader(values: readonly string[] = []): ValueReader {
  const known = new Set(values.map((value) => value.toLowerCase()));
  return reader(`one of ${values.join(', ')}`, readCaseless, (text) => {
    const constant = text.toLowerCase();
    return known.size === 0 || known.has(constant) ? (value) => value === constant : undefined;
  });
}

function constantReader<Value>(expected: string, read: (value: unknown) => Value | undefined, compare: Compare): ValueReader {
  return reader(expected, read, (text) => {
    const constant = read(text);
    return constant === undefined ? undefined : (value) => compare(value, constant);
  });
}

/** An empty text would be found in whatever there is. */
function textReader(fits: (text: string, constant: string) => boolean): ValueReader {
  return reader('a text that is not empty', readCaseless, (text) => {
    const constant = text.toLowerCase();
    return constant === '' ? undefined : (value) => fits(value, constant);
  });
}

function readCaseless(value: unknown): string | undefined {
  return readText(value)?.toLowerCase();
}

function reader<Value>(expected: string, read: (value: unknown) => Value | undefined, parse: (text: string) => ((value: Value) => boolean) | undefined): ValueReader {
  return {
    expected,
    accepts: (text) => parse(text) !== undefined,
    compile: (texts) => {
      const tests = texts.map(parse).filter((test) => test !== undefined);
      return (value) => {
        const known = read(value);
        return known === undefined ? undefined : tests.some((test) => test(known));
      };
    },
  };
}
