import fc, { type Arbitrary } from 'fast-check';

/** Texts that have broken some service before. None of them looks like what a leak looks like: see leaks.ts. */
const ODD = [
  '', ' ', '\n', '\t\r\n', 'null', 'undefined', 'true', '0', '-1', 'NaN', '1e999', '\0', 'a\0b', '\u001f', '\u007f', '\ud800', 'a\udfffb', '\uffff', '\ufeff', '\u202egnp.exe', 'שלום', 'مرحبا', '👩‍👩‍👧', 'e\u0301'.repeat(50), 'İ', 'ß', 'ǅ',
  "' or '1'='1", "'); drop table run; --", '$1', '%', '_', '%_%', '\\', '"', '`', '${7*7}', '{{7*7}}', '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '../../../../etc/hosts', '..\\..\\win.ini', 'C:\\nul',
  '{"a":1}', '[1', '{"__proto__":{"isAdmin":true}}', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', '$where', 'a.b.c', 'a..b', '.', '[0]', '-', '--', '*', '**', '?', '(a+)+$', '^(a|a)*$', '[', '(',
  'http://127.0.0.1:1/', 'file:///dev/null', 'javascript:alert(1)', 'data:,x', 'mailto:a@b', '%00', '%2e%2e%2f', '\r\nset-cookie: a=b', 'x'.repeat(201), 'x'.repeat(10_001), '𝕏'.repeat(600), 'ada@contoso.example', 'ADA@CONTOSO.EXAMPLE',
];

/** CEL that is odd: wrong of type, costly, cut off. */
const EXPRESSIONS = [
  'event.users', 'event.users.filter(u, u != "")', '"text"', '1', '1 +', '1 / 0', 'event[event]', 'event.a.b.c.d.e', 'event.?a.orValue(true)', 'has(event.level)', 'steps["alpha"].status == "SUCCEEDED"', 'steps[0]', 'target.id.startsWith("a")',
  'event.user.matches("^(a+)+$")', 'event.user.matches(event.user)', 'event.users.all(a, event.users.all(b, a != b))', 'timestamp("0000-00-00")', 'duration("1e9h")', 'occurredAt > timestamp("2026-01-01T00:00:00Z")', 'source == "test"', '!'.repeat(50) + 'true', '('.repeat(40), '[['.repeat(30), 'cel.bind(x, [1,2], x + x)', '9223372036854775808', '-9223372036854775808 - 1', '1u - 2u', '"\\ud800"', 'b"\\xff"', 'event.__proto__', 'event.constructor', '"a" in event', 'event == event', `event.user == "${'x'.repeat(1_900)}"`,
];

const ODD_ZONES = ['America/Nowhere', 'Etc/GMT+12', '+01:00', 'europe/berlin', 'Z', 'local'];
const ODD_CRONS = ['0 0 30 2 *', '0 0 31 * *', '@daily', '*/0 * * * *', '60 * * * *', '0 3 * *', '* * * * * *', '0 0 L * *', '0 0 * * 7#5', 'H H * * *', `${'0,'.repeat(500)}0 * * * *`];
const ODD_FIELDS = ['place', 'nope', 'place.', '__proto__', 'tags.0'];
const ODD_COMPARED = ['5', '-1', '1e3', 'true', 'ada*', '*a*b*c*', '203.0.113.0/24', '::/0', '0.0.0.0/33', '08:00-17:00', '22:00-06:00', 'MON-FRI 08:00-17:00 Europe/Berlin', 'P1D', '2026-03-01T00:00:00Z', '^(a+)+$', 'a*'.repeat(200)];
const ODD_ADDRESSES = ['not an address', 'https://hooks.contoso.example/x', 'http://127.0.0.1:9/x', '@', `${'a'.repeat(300)}@b.example`];
const ODD_NAMES = ['A Source', 'x', '-', 'a'.repeat(65), 'Ada\'s playbook'];

const NAMES = ['a', 'alpha', 'beta', 'gamma', ...Array.from({ length: 200 }, (_item, index) => `source-${index}`)];

/** What is likely to be meant by an argument or a field of an input of that name. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  runIf: ['true', 'run.dryRun', 'target.id.startsWith("a")'], expression: ['event.level == "high"', 'source == "test"'], target: ['event.user', '[event.user]'], timeZone: ['UTC', 'Europe/Berlin'], schedule: ['0 3 * * MON-FRI', '* * * * *'],
  field: ['user', 'level', 'tags', 'place.city'], values: ['high', 'low', 'night', 'ada*'], address: ['grace@contoso.example', 'alan@contoso.example'], email: ['grace@contoso.example'], name: NAMES, key: NAMES, after: ['alpha', 'beta'],
  targetId: ['ada@contoso.example'], id: ['ada@contoso.example', 'grace@contoso.example'], query: ['ada', 'a'], search: ['play', '%'], idempotencyKey: ['once', 'twice'], dedupeKey: ['first', 'second'], source: ['test'],
};
const UNUSUAL: Readonly<Record<string, readonly string[]>> = { runIf: EXPRESSIONS, expression: EXPRESSIONS, target: EXPRESSIONS, timeZone: ODD_ZONES, schedule: ODD_CRONS, field: ODD_FIELDS, values: ODD_COMPARED, address: ODD_ADDRESSES, email: ODD_ADDRESSES, name: ODD_NAMES, key: ODD_NAMES, after: ODD_NAMES };

export const oddText: Arbitrary<string> = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ODD) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) }, { weight: 1, arbitrary: fc.constantFrom(...EXPRESSIONS, ...ODD_CRONS, ...ODD_COMPARED) });

/** What belongs there, so that requests get far; or what is like it; or anything. */
export function textFor(name: string, manner: 'TAME' | 'WILD'): Arbitrary<string> {
  const usual = fc.constantFrom(...(USUAL[name] ?? ['A text', 'Another text']));
  if (manner === 'TAME') return fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: oddText });
  return fc.oneof(usual, fc.constantFrom(...(UNUSUAL[name] ?? ['A text'])), oddText);
}

export const wholeNumber = {
  TAME: fc.integer({ min: 1, max: 4 }),
  WILD: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(-1, 100, 101, 1_000, 2_147_483_647, -2_147_483_648)),
};

/** Values that no GraphQL type of ours takes, for wherever something else is expected. */
export const misfit: Arbitrary<unknown> = fc.oneof(fc.constantFrom(null, true, false, 0, -0, 1.5, 2_147_483_648, -2_147_483_649, 9_007_199_254_740_993, 1e308, '', [], [null], {}, { a: {} }, [[[]]]), oddText, fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text)));

export const moment = { TAME: fc.constantFrom('2026-03-01T03:12:45Z', '2099-12-31T23:59:59.999Z'), WILD: fc.constantFrom( '1970-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59-14:00', '2026-02-30T00:00:00Z', '2026-01-01', '10000-01-01T00:00:00Z', '2026-06-30T23:59:60Z', '-000001-01-01T00:00:00Z', 'yesterday') };
export const duration = { TAME: fc.constantFrom('PT1S', 'PT5S', 'PT10M'), WILD: fc.constantFrom('PT0S', 'P1D', 'P24D', 'P25D', 'P1W', 'P30D', 'P1M', '-PT1S', 'PT0.0001S', 'PT999999999999H', 'P99999999999999999999D', 'PT', '1s') };
