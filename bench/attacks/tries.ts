import type { Attack } from './attack.ts';
import { post } from './documents.ts';

/** What a trigger may be made of, and be tried with, again and again: rules that backtrack, on events that make the most of it. */
export const HOSTILE_TRIGGERS: readonly object[] = [
  { expression: 'event.title.matches("^(a+)+$")' },
  { expression: 'event.title.matches(event.description)' },
  { expression: 'event.mitreTechniques.all(a, event.mitreTechniques.all(b, event.mitreTechniques.all(c, a + b + c != "")))' },
  { expression: 'event.mitreTechniques.map(a, event.mitreTechniques.map(b, event.mitreTechniques.map(c, a + b + c))).size() == 0' },
  { conditions: [{ field: 'title', matcher: 'MATCHES_GLOB', values: [`${'a*'.repeat(499)}b`] }] },
];

const payload = { id: 'hostile', title: `${'a'.repeat(5_000)}b`, description: '^(a+)+$', mitreTechniques: Array.from({ length: 1_000 }, (_item, index) => `T${index}`) };
const TRY = JSON.stringify({ query: 'query ($input: TestEventInput!) { testEvent(input: $input) { fires reason } }', variables: { input: { type: 'microsoft:security-alert', payload } } });

/** Answered, not refused: each rule is ended by the clock, which the answer tells. */
export const TRIES: readonly Attack[] = [{ name: 'events tried against rules that backtrack', refusals: ['200', '429 RATE_LIMITED'], isOnlyMeasured: true, atOnce: 4, once: (victim) => post(victim, TRY, victim.key) }];
