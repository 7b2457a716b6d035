import fc, { type Arbitrary } from 'fast-check';
import { oddText } from './texts.ts';

const nested = (depth: number, leaf: unknown = 1): unknown => Array.from({ length: depth }).reduce((inner) => ({ a: inner }), leaf);
const nestedList = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], 1);

/** JSON objects that are hard to keep: deep, wide, with names and texts that PostgreSQL or JavaScript treats as its own. */
const HARD: readonly string[] = [
  JSON.stringify(nested(40)), JSON.stringify(nested(900)), JSON.stringify({ a: nestedList(900) }), JSON.stringify({ id: nested(5), user: nestedList(5) }),
  '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '{"a\\u0000":1}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"\\ud800":1}', '{"":""}', '{"a":1e308,"b":-1e308,"c":5e-324,"d":12345678901234567890}',
  JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_item, index) => [`k${index}`, index]))), JSON.stringify({ users: Array.from({ length: 2_000 }, (_item, index) => `u${index}@contoso.example`) }), JSON.stringify({ user: 'x'.repeat(20_000) }),
  '{"toString":1,"valueOf":null,"then":{},"length":-1}', '{"toJSON":"x"}', '{"$ref":"#/"}',
];

/** What fits the laboratory, by where it stands. */
const USUAL: Readonly<Record<string, readonly object[]>> = {
  settings: [{ tenantId: 'tenant-1' }, { tenantId: 'tenant-2' }],
  input: [{}, { note: 'a note' }],
  payload: [
    { user: 'ada@contoso.example', level: 'high', tags: ['night'] }, { id: 's-1', user: 'ada@contoso.example', level: 'high' }, { user: '', users: [], at: 'never', level: 'none' },
    { id: 's-2', users: ['ada@contoso.example', 'grace@contoso.example'], level: 'low', score: 7, isTest: false, at: '2026-03-01T03:12:45Z', address: '203.0.113.7', tags: ['night'], place: { city: 'Lima' } },
  ],
};
const UNUSUAL: readonly object[] = [{}, { tenantId: 'x' }, { note: 7 }, { note: 'x'.repeat(21) }];

const oddObject: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...[...UNUSUAL, ...Object.values(USUAL).flat()].map((value) => JSON.stringify(value))),
  fc.constantFrom(...HARD),
  fc.dictionary(oddText, fc.oneof(oddText, fc.json({ maxDepth: 3 }).map((inner): unknown => JSON.parse(inner))), { maxKeys: 5 }).map((value) => JSON.stringify(value)),
);

/** Fresh each time, because __proto__ is a name of its own only in what JSON.parse made. */
export function jsonObject(name: string, manner: 'TAME' | 'WILD'): Arbitrary<unknown> {
  const usual = fc.constantFrom(...(USUAL[name] ?? [{}]).map((value) => JSON.stringify(value)));
  return fc.oneof({ weight: manner === 'TAME' ? 20 : 1, arbitrary: usual }, { weight: 1, arbitrary: oddObject }).map((text): unknown => JSON.parse(text));
}

/** What no answer ever tells. */
export const CANARY = 'canary-of-a-credential';
export const credential = {
  TAME: fc.constant<unknown>({ key: CANARY }),
  WILD: fc.constantFrom<unknown>({ key: CANARY }, { key: 'short' }, { key: CANARY, more: CANARY }, { nope: CANARY }, { key: { [CANARY]: CANARY } }, {}),
};
