import type { Matcher } from './trigger.types.js';

/** How each matcher reads between a field and its values, how many values it takes, and what they look like where that is not plain. */
const MATCHERS: Readonly<Record<Matcher, { readonly words: string; readonly takes: 'NONE' | 'ONE' | 'MANY'; readonly hint?: string }>> = {
  IS: { words: 'Is', takes: 'ONE' },
  IS_NOT: { words: 'Is not, or is absent', takes: 'ONE' },
  IS_ONE_OF: { words: 'Is one of', takes: 'MANY' },
  IS_NOT_ONE_OF: { words: 'Is none of, or is absent', takes: 'MANY' },
  CONTAINS: { words: 'Contains', takes: 'ONE' },
  DOES_NOT_CONTAIN: { words: 'Does not contain', takes: 'ONE' },
  STARTS_WITH: { words: 'Starts with', takes: 'ONE' },
  ENDS_WITH: { words: 'Ends with', takes: 'ONE' },
  MATCHES_GLOB: { words: 'Fits the pattern', takes: 'ONE', hint: '* is any run of characters, ? is one' },
  INCLUDES_ANY_OF: { words: 'Includes any of', takes: 'MANY' },
  INCLUDES_ALL_OF: { words: 'Includes all of', takes: 'MANY' },
  INCLUDES_NONE_OF: { words: 'Includes none of', takes: 'MANY' },
  GREATER_THAN: { words: 'Is more than', takes: 'ONE' },
  GREATER_OR_EQUAL: { words: 'Is at least', takes: 'ONE' },
  LESS_THAN: { words: 'Is less than', takes: 'ONE' },
  LESS_OR_EQUAL: { words: 'Is at most', takes: 'ONE' },
  IN_CIDR: { words: 'Is in the network', takes: 'MANY', hint: 'such as 10.0.0.0/8 or 2001:db8::/32' },
  NOT_IN_CIDR: { words: 'Is in none of the networks', takes: 'MANY', hint: 'such as 10.0.0.0/8 or 2001:db8::/32' },
  WITHIN_HOURS: { words: 'Is within the hours', takes: 'MANY', hint: 'such as 22:00-06:00 or Mon-Fri 08:00-18:00' },
  OUTSIDE_HOURS: { words: 'Is outside of the hours', takes: 'MANY', hint: 'such as 22:00-06:00 or Mon-Fri 08:00-18:00' },
  EXISTS: { words: 'Is there', takes: 'NONE' },
  DOES_NOT_EXIST: { words: 'Is absent', takes: 'NONE' },
};

export const matcherWords = (matcher: Matcher): string => MATCHERS[matcher].words;
export const takenBy = (matcher: Matcher): 'NONE' | 'ONE' | 'MANY' => MATCHERS[matcher].takes;
export const hintOf = (matcher: Matcher): string | undefined => MATCHERS[matcher].hint;

/** The values that still make sense after another matcher was chosen. */
export function valuesFor(matcher: Matcher, values: readonly string[]): readonly string[] {
  if (takenBy(matcher) === 'NONE') return [];
  return takenBy(matcher) === 'ONE' ? values.slice(0, 1) : values.filter((value) => value !== '');
}
