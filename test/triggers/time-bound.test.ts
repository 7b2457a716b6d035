import type { EventField } from '@countermeasure/sdk';
import { compileCel, type CelResult } from '../../src/kernel/cel.js';
import { evaluateRunIf } from '../../src/playbooks/run-if.js';
import { compileConditions, type Condition } from '../../src/triggers/conditions.js';
import { compileGlob } from '../../src/triggers/glob.js';

const BOUND_MS = 1_000;
const TOO_LONG: CelResult = { kind: 'ERROR', message: 'it took longer than 50 ms.' };

/** The time that this process works, since others share the machine. */
function within<Result>(work: () => Result): Result {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(BOUND_MS);
  return result;
}

function evaluate(text: string, event: object): CelResult {
  const compiled = compileCel(text, { variables: { event: 'map' }, results: ['bool'] });
  if (compiled.problem !== undefined) throw new Error(compiled.problem);
  return compiled.cel.evaluate({ event });
}

const A_LOT = 'a'.repeat(100_000);

test.each<readonly [pattern: string, text: string, expected: boolean]>([
  ['a*a*a*a*a*a*b', A_LOT, false],
  [`${'a*'.repeat(499)}b`, A_LOT, false],
  [`${'*a'.repeat(499)}*`, A_LOT, true],
  [`${'*?'.repeat(499)}b`, A_LOT, false],
  [`*${'a'.repeat(998)}b`, A_LOT, false],
  [`*${'?'.repeat(998)}b`, A_LOT, false],
  [`*${'a'.repeat(499)}b*${'a'.repeat(498)}`, A_LOT, false],
  ['*'.repeat(1_000), A_LOT, true],
])('the hostile glob %# ends', (pattern, text, expected) => {
  expect(within(() => compileGlob(pattern)(text))).toBe(expected);
});

test.each([
  'event.text.matches("^(a+)+$")',
  'event.text.matches("^(a|a)*$")',
  'event.text.matches("(.*a){25}$")',
  'event.text.matches(event.pattern)',
  'event.texts.exists(text, text.matches("^(a+)+$"))',
])('%s is ended', (text) => {
  const victim = `${'a'.repeat(40)}b`;
  const event = { text: text.includes('{25}') ? 'a'.repeat(60).concat('b') : victim, pattern: '^(a+)+$', texts: [victim, victim] };
  expect(within(() => evaluate(text, event))).toEqual(TOO_LONG);
});

test.each([
  'event.list.all(a, event.list.all(b, event.list.all(c, a + b + c >= 0.0)))',
  'event.list.exists(a, event.list.exists(b, event.list.exists(c, a + b + c < 0.0)))',
  'event.list.map(a, event.list.map(b, event.list.map(c, a + b + c))).size() == 0',
  'event.list.filter(a, event.list.filter(b, event.list.filter(c, a < b).size() > 1).size() > 1).size() == 0',
  'event.list.exists_one(a, event.list.exists_one(b, event.list.exists_one(c, a + b + c < 0.0)))',
  'cel.bind(a, event.list + event.list, cel.bind(b, a + a, cel.bind(c, b + b, cel.bind(d, c + c, cel.bind(e, d + d, cel.bind(f, e + e, cel.bind(g, f + f, cel.bind(h, g + g, cel.bind(i, h + h, cel.bind(j, i + i, cel.bind(k, j + j, k + k + k + k))))))))))).size() == 0',
])('%s over 2,000 elements is ended', (text) => {
  const list = Array.from({ length: 2_000 }, (_, index) => index + 0.5);
  expect(within(() => evaluate(text, { list }))).toEqual(TOO_LONG);
});

test('an expression that was ended works again for the next event', () => {
  const compiled = compileCel('event.list.all(a, event.list.all(b, event.list.all(c, a + b + c > 0.0)))', { variables: { event: 'map' }, results: ['bool'] });
  const lists = [Array.from({ length: 2_000 }, () => 0.5), [0.5, 1.5]];
  const results = within(() => lists.map((list) => compiled.problem === undefined && compiled.cel.evaluate({ event: { list } })));
  expect(results).toEqual([TOO_LONG, { kind: 'VALUE', value: true }]);
});

test('the condition of a step that takes too long is undecided', () => {
  const context = { event: { text: `${'a'.repeat(40)}b` }, run: {}, target: {}, steps: {} };
  expect(within(() => evaluateRunIf('event.text.matches("^(a+)+$")', context))).toEqual({ kind: 'UNDECIDED', message: 'it took longer than 50 ms.' });
});

test.each(['event.text.contains(event.part)', 'event.text.indexOf(event.part) >= 0', 'event.text.lastIndexOf(event.part) >= 0', 'event.text.split(event.part).size() > 1'])('%s is refused for two long texts, of which no clock could end the search', (text) => {
  const long = `${'a'.repeat(40_000)}b${'a'.repeat(40_000)}`;
  const short = `${'a'.repeat(4_999)}b${'a'.repeat(5_000)}`;
  expect(within(() => evaluate(text, { text: 'a'.repeat(160_000), part: long }))).toEqual({ kind: 'ERROR', message: 'it would seek one text of more than 10000 characters in another.' });
  expect(within(() => evaluate(text, { text: 'a'.repeat(160_000), part: short }))).not.toEqual({ kind: 'VALUE', value: true });
  expect(within(() => evaluate(text, { text: long, part: 'aba' }))).toEqual({ kind: 'VALUE', value: true });
});

test('fifty conditions with the worst constants on a long text end', () => {
  const fields: readonly EventField[] = [{ path: 'text', title: 'Text', type: 'STRING' }];
  const hostile: readonly Condition[] = [
    { field: 'text', matcher: 'CONTAINS', values: [`${'a'.repeat(499)}b${'a'.repeat(499)}`] },
    { field: 'text', matcher: 'IS_ONE_OF', values: Array.from({ length: 100 }, () => 'a'.repeat(1_000)) },
    { field: 'text', matcher: 'MATCHES_GLOB', values: ['a*a*a*a*a*a*b'] },
  ];
  const conditions = Array.from({ length: 48 }, (_, index) => hostile[index % hostile.length]).filter((condition) => condition !== undefined);
  const compiled = compileConditions(conditions, fields, {});
  expect(within(() => compiled.filter((condition) => condition.test({ text: A_LOT }).holds))).toEqual([]);
});

test('a deep payload and long texts for numbers and times are read in time', () => {
  const fields: readonly EventField[] = [{ path: 'a.b', title: 'B', type: 'NUMBER' }, { path: 'at', title: 'At', type: 'DATETIME' }];
  const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  const compiled = compileConditions([{ field: 'a.b', matcher: 'GREATER_THAN', values: ['1'] }, { field: 'at', matcher: 'WITHIN_HOURS', values: ['00:00-24:00'] }], fields, {});
  const payloads = [{ a: deep }, { a: { b: deep } }, { a: { b: '1'.repeat(1_000_000) }, at: '2'.repeat(1_000_000) }];
  expect(within(() => payloads.flatMap((payload) => compiled.map((condition) => condition.test(payload).holds)))).not.toContain(true);
});
