import type { EventField, EventFieldType } from '@countermeasure/sdk';

/** Every matcher, with what it asks of the field and the form of its values: the words of the API's documentation. */
export const MATCHER_DESCRIPTIONS = {
  IS: 'The field is the one value; upper and lower case are the same.',
  IS_NOT: 'The field is not the one value, or is absent.',
  IS_ONE_OF: 'The field is one of the 1 to 100 values; upper and lower case are the same.',
  IS_NOT_ONE_OF: 'The field is none of the 1 to 100 values, or is absent.',
  CONTAINS: 'The one value is a part of the field\'s text; upper and lower case are the same.',
  DOES_NOT_CONTAIN: 'The one value is no part of the field\'s text, or the field is absent.',
  STARTS_WITH: 'The field\'s text starts with the one value; upper and lower case are the same.',
  ENDS_WITH: 'The field\'s text ends with the one value; upper and lower case are the same.',
  MATCHES_GLOB: 'The whole text of the field fits the one pattern, in which `*` is any run of characters, `?` one character, and `\\` makes the next one stand for itself; upper and lower case are the same.',
  INCLUDES_ANY_OF: 'At least one of the 1 to 100 values is in the list; upper and lower case are the same.',
  INCLUDES_ALL_OF: 'Each of the 1 to 100 values is in the list; upper and lower case are the same.',
  INCLUDES_NONE_OF: 'None of the 1 to 100 values is in the list, or the list is absent.',
  GREATER_THAN: 'The field is more, or later, than the one value: a number, or an RFC 3339 time like `2026-03-01T03:12:45Z`.',
  GREATER_OR_EQUAL: 'The field is the one value or more, or later: a number, or an RFC 3339 time like `2026-03-01T03:12:45Z`.',
  LESS_THAN: 'The field is less, or earlier, than the one value: a number, or an RFC 3339 time like `2026-03-01T03:12:45Z`.',
  LESS_OR_EQUAL: 'The field is the one value or less, or earlier: a number, or an RFC 3339 time like `2026-03-01T03:12:45Z`.',
  IN_CIDR: 'The address belongs to one of the 1 to 100 values: networks like `10.0.0.0/8` or `2001:db8::/32`, or single addresses.',
  NOT_IN_CIDR: 'There is an address and it belongs to none of the 1 to 100 values: networks like `10.0.0.0/8` or `2001:db8::/32`, or single addresses.',
  WITHIN_HOURS: 'The time lies within one of the 1 to 100 values: hours like `22:00-06:00`, `Mon-Fri 08:00-18:00` or `Sat,Sun 00:00-24:00 Europe/Berlin`, in the trigger\'s time zone unless they name one.',
  OUTSIDE_HOURS: 'There is a time and it lies within none of the 1 to 100 values: hours like `22:00-06:00`, `Mon-Fri 08:00-18:00` or `Sat,Sun 00:00-24:00 Europe/Berlin`, in the trigger\'s time zone unless they name one.',
  EXISTS: 'The field has a value that is neither null nor an empty list; takes no values.',
  DOES_NOT_EXIST: 'The field is absent, null or an empty list; takes no values.',
} as const satisfies Readonly<Record<string, string>>;

/** How a condition looks at a field. */
export type Matcher = keyof typeof MATCHER_DESCRIPTIONS;

const PRESENCE = ['EXISTS', 'DOES_NOT_EXIST'] as const;
const EQUALITY = ['IS', 'IS_NOT'] as const;
const CHOICE = ['IS_ONE_OF', 'IS_NOT_ONE_OF'] as const;
const TEXT = ['CONTAINS', 'DOES_NOT_CONTAIN', 'STARTS_WITH', 'ENDS_WITH', 'MATCHES_GLOB'] as const;
const ORDER = ['GREATER_THAN', 'GREATER_OR_EQUAL', 'LESS_THAN', 'LESS_OR_EQUAL'] as const;
const HOURS = ['WITHIN_HOURS', 'OUTSIDE_HOURS'] as const;
const NETWORKS = ['IN_CIDR', 'NOT_IN_CIDR'] as const;
const LIST = ['INCLUDES_ANY_OF', 'INCLUDES_ALL_OF', 'INCLUDES_NONE_OF'] as const;

const BY_TYPE: Readonly<Record<EventFieldType, readonly Matcher[]>> = {
  STRING: [...EQUALITY, ...CHOICE, ...TEXT, ...PRESENCE],
  NUMBER: [...EQUALITY, ...CHOICE, ...ORDER, ...PRESENCE],
  BOOLEAN: [...EQUALITY, ...PRESENCE],
  DATETIME: [...ORDER, ...HOURS, ...PRESENCE],
  ENUM: [...EQUALITY, ...CHOICE, ...PRESENCE],
  STRING_LIST: [...LIST, ...PRESENCE],
  ENUM_LIST: [...LIST, ...PRESENCE],
};

/** The matchers that a condition on this field can have. */
export function matchersFor({ type, isAddress = false }: EventField): readonly Matcher[] {
  const matchers = BY_TYPE[type];
  return type === 'STRING' && isAddress ? [...matchers, ...NETWORKS] : matchers;
}

const NEGATIONS: ReadonlyMap<Matcher, Matcher> = new Map([
  ['IS_NOT', 'IS'],
  ['IS_NOT_ONE_OF', 'IS_ONE_OF'],
  ['DOES_NOT_CONTAIN', 'CONTAINS'],
  ['INCLUDES_NONE_OF', 'INCLUDES_ANY_OF'],
  ['NOT_IN_CIDR', 'IN_CIDR'],
  ['OUTSIDE_HOURS', 'WITHIN_HOURS'],
  ['DOES_NOT_EXIST', 'EXISTS'],
]);

/** The matcher that this one is the opposite of; undefined when it is no opposite. */
export function negatedBy(matcher: Matcher): Matcher | undefined {
  return NEGATIONS.get(matcher);
}

/** Whether an opposite holds only for a value that can be read: nothing is to be done for want of evidence. */
export function needsEvidence(matcher: Matcher): boolean {
  return matcher === 'NOT_IN_CIDR' || matcher === 'OUTSIDE_HOURS';
}

const MANY: ReadonlySet<Matcher> = new Set<Matcher>([...CHOICE, ...LIST, ...NETWORKS, ...HOURS]);
const NONE: ReadonlySet<Matcher> = new Set<Matcher>(PRESENCE);

/** How many values a matcher takes. */
export function valueCount(matcher: Matcher): { readonly least: number; readonly most: number } {
  if (NONE.has(matcher)) return { least: 0, most: 0 };
  return MANY.has(matcher) ? { least: 1, most: 100 } : { least: 1, most: 1 };
}
