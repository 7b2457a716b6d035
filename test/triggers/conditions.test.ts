import type { EventField, EventPayload } from '@countermeasure/sdk';
import { compileConditions, conditionProblems, type Condition } from '../../src/triggers/conditions.js';
import { MATCHER_DESCRIPTIONS, matchersFor, valueCount, type Matcher } from '../../src/triggers/matchers.js';

const FIELDS: readonly EventField[] = [
  { path: 'title', title: 'Title', type: 'STRING' },
  { path: 'location.city', title: 'City', type: 'STRING' },
  { path: 'devices.name', title: 'Names of devices', type: 'STRING' },
  { path: 'ip', title: 'Address', type: 'STRING', isAddress: true },
  { path: 'score', title: 'Score', type: 'NUMBER' },
  { path: 'isNew', title: 'New', type: 'BOOLEAN' },
  { path: 'at', title: 'When', type: 'DATETIME' },
  { path: 'severity', title: 'Severity', type: 'ENUM', values: ['low', 'medium', 'high'] },
  { path: 'kind', title: 'Kind', type: 'ENUM' },
  { path: 'tags', title: 'Tags', type: 'STRING_LIST' },
  { path: 'findings.risks', title: 'Risks', type: 'ENUM_LIST', values: ['travel', 'malware', 'leak'] },
];

function holds(field: string, matcher: Matcher, values: readonly string[], payload: EventPayload, timeZone?: string): boolean {
  const [compiled] = compileConditions([{ field, matcher, values }], FIELDS, timeZone === undefined ? {} : { timeZone });
  return compiled?.test(payload).holds ?? false;
}

function problems(condition: Condition): readonly { path: readonly (string | number)[]; message: string }[] {
  return conditionProblems([condition], FIELDS, { path: ['input', 'conditions'] });
}

type Example = readonly [field: string, matcher: Matcher, values: readonly string[], payload: EventPayload, expected: boolean];

const TEXT: readonly Example[] = [
  ['title', 'IS', ['Impossible TRAVEL'], { title: 'impossible travel' }, true],
  ['title', 'IS', ['impossible'], { title: 'impossible travel' }, false],
  ['title', 'IS', ['5'], { title: 5 }, true],
  ['title', 'IS_NOT', ['x'], { title: 'y' }, true],
  ['title', 'IS_NOT', ['X'], { title: 'x' }, false],
  ['title', 'IS_ONE_OF', ['a', 'B'], { title: 'b' }, true],
  ['title', 'IS_ONE_OF', ['a', 'b'], { title: 'c' }, false],
  ['title', 'IS_NOT_ONE_OF', ['a', 'b'], { title: 'c' }, true],
  ['title', 'IS_NOT_ONE_OF', ['a', 'b'], { title: 'A' }, false],
  ['title', 'CONTAINS', ['TRAV'], { title: 'impossible travel' }, true],
  ['title', 'CONTAINS', ['train'], { title: 'impossible travel' }, false],
  ['title', 'DOES_NOT_CONTAIN', ['train'], { title: 'impossible travel' }, true],
  ['title', 'DOES_NOT_CONTAIN', ['TRAVEL'], { title: 'impossible travel' }, false],
  ['title', 'STARTS_WITH', ['IMP'], { title: 'impossible' }, true],
  ['title', 'STARTS_WITH', ['possible'], { title: 'impossible' }, false],
  ['title', 'ENDS_WITH', ['Possible'], { title: 'impossible' }, true],
  ['title', 'ENDS_WITH', ['imp'], { title: 'impossible' }, false],
  ['title', 'MATCHES_GLOB', ['imp*TRAV?l'], { title: 'Impossible travel' }, true],
  ['title', 'MATCHES_GLOB', ['imp*'], { title: 'not impossible' }, false],
  ['location.city', 'IS', ['Lagos'], { location: { city: 'lagos' } }, true],
  ['location.city', 'IS', ['Lagos'], { 'location.city': 'lagos' }, false],
];

const ADDRESSES: readonly Example[] = [
  ['ip', 'IN_CIDR', ['192.0.2.0/24', '10.0.0.0/8'], { ip: '10.1.2.3' }, true],
  ['ip', 'IN_CIDR', ['10.0.0.0/8'], { ip: '11.1.2.3' }, false],
  ['ip', 'IN_CIDR', ['10.0.0.0/8'], { ip: 'unknown' }, false],
  ['ip', 'NOT_IN_CIDR', ['192.0.2.0/24', '10.0.0.0/8'], { ip: '11.1.2.3' }, true],
  ['ip', 'NOT_IN_CIDR', ['192.0.2.0/24', '10.0.0.0/8'], { ip: '10.1.2.3' }, false],
  ['ip', 'NOT_IN_CIDR', ['10.0.0.0/8'], { ip: 'unknown' }, false],
  ['ip', 'NOT_IN_CIDR', ['10.0.0.0/8'], { ip: 7 }, false],
  ['ip', 'NOT_IN_CIDR', ['10.0.0.0/8'], { ip: ['11.1.2.3', 'unknown'] }, false],
];

const NUMBERS: readonly Example[] = [
  ['score', 'IS', ['5'], { score: 5 }, true],
  ['score', 'IS', ['5.0'], { score: '5' }, true],
  ['score', 'IS', ['5'], { score: 'five' }, false],
  ['score', 'IS', ['0'], { score: '' }, false],
  ['score', 'IS', ['0'], { score: [] }, false],
  ['score', 'IS', ['1'], { score: true }, false],
  ['score', 'IS_NOT', ['5'], { score: 6 }, true],
  ['score', 'IS_NOT', ['5'], { score: 5 }, false],
  ['score', 'IS_ONE_OF', ['5', '6'], { score: 6 }, true],
  ['score', 'IS_ONE_OF', ['5', '6'], { score: 7 }, false],
  ['score', 'IS_NOT_ONE_OF', ['5', '6'], { score: 7 }, true],
  ['score', 'IS_NOT_ONE_OF', ['5', '6'], { score: 6 }, false],
  ['score', 'GREATER_THAN', ['5'], { score: 5.1 }, true],
  ['score', 'GREATER_THAN', ['5'], { score: 5 }, false],
  ['score', 'GREATER_THAN', ['9'], { score: '10' }, true],
  ['score', 'GREATER_OR_EQUAL', ['5'], { score: 5 }, true],
  ['score', 'GREATER_OR_EQUAL', ['5'], { score: 4 }, false],
  ['score', 'LESS_THAN', ['-1'], { score: -2 }, true],
  ['score', 'LESS_THAN', ['5'], { score: 5 }, false],
  ['score', 'LESS_OR_EQUAL', ['5'], { score: 5 }, true],
  ['score', 'LESS_OR_EQUAL', ['5'], { score: 6 }, false],
];

const BOOLEANS: readonly Example[] = [
  ['isNew', 'IS', ['true'], { isNew: true }, true],
  ['isNew', 'IS', ['true'], { isNew: 'True' }, true],
  ['isNew', 'IS', ['true'], { isNew: 1 }, false],
  ['isNew', 'IS', ['false'], { isNew: false }, true],
  ['isNew', 'IS_NOT', ['true'], { isNew: false }, true],
  ['isNew', 'IS_NOT', ['true'], { isNew: true }, false],
];

const TIMES: readonly Example[] = [
  ['at', 'GREATER_THAN', ['2026-03-01T00:00:00Z'], { at: '2026-03-01T00:00:00.001Z' }, true],
  ['at', 'GREATER_THAN', ['2026-03-01T00:00:00Z'], { at: '2026-03-01T01:00:00+01:00' }, false],
  ['at', 'GREATER_OR_EQUAL', ['2026-03-01T00:00:00Z'], { at: '2026-03-01T01:00:00+01:00' }, true],
  ['at', 'GREATER_OR_EQUAL', ['2026-03-01T00:00:00Z'], { at: '2026-02-28T23:59:59Z' }, false],
  ['at', 'LESS_THAN', ['2026-03-01T00:00:00Z'], { at: '2026-02-28T23:59:59.9999999Z' }, true],
  ['at', 'LESS_THAN', ['2026-03-01T00:00:00Z'], { at: '2026-03-01T00:00:00Z' }, false],
  ['at', 'LESS_OR_EQUAL', ['2026-03-01T00:00:00Z'], { at: '2026-03-01t00:00:00z' }, true],
  ['at', 'LESS_OR_EQUAL', ['2026-03-01T00:00:00Z'], { at: '2026-03-01T00:00:01Z' }, false],
  ['at', 'LESS_OR_EQUAL', ['2026-03-01T00:00:00Z'], { at: 0 }, false],
  ['at', 'WITHIN_HOURS', ['08:00-12:00', '13:00-18:00'], { at: '2026-03-02T13:00:00Z' }, true],
  ['at', 'WITHIN_HOURS', ['08:00-12:00', '13:00-18:00'], { at: '2026-03-02T12:00:00Z' }, false],
  ['at', 'WITHIN_HOURS', ['00:00-24:00'], { at: 'yesterday' }, false],
  ['at', 'OUTSIDE_HOURS', ['08:00-12:00', '13:00-18:00'], { at: '2026-03-02T12:30:00Z' }, true],
  ['at', 'OUTSIDE_HOURS', ['08:00-12:00', '13:00-18:00'], { at: '2026-03-02T17:59:59Z' }, false],
  ['at', 'OUTSIDE_HOURS', ['08:00-18:00'], { at: 'yesterday' }, false],
];

const CHOICES: readonly Example[] = [
  ['severity', 'IS', ['HIGH'], { severity: 'high' }, true],
  ['severity', 'IS', ['high'], { severity: 'unknownFutureValue' }, false],
  ['severity', 'IS_NOT', ['high'], { severity: 'unknownFutureValue' }, true],
  ['severity', 'IS_NOT', ['high'], { severity: 'High' }, false],
  ['severity', 'IS_ONE_OF', ['medium', 'high'], { severity: 'medium' }, true],
  ['severity', 'IS_ONE_OF', ['medium', 'high'], { severity: 'low' }, false],
  ['severity', 'IS_NOT_ONE_OF', ['medium', 'high'], { severity: 'low' }, true],
  ['severity', 'IS_NOT_ONE_OF', ['medium', 'high'], { severity: 'high' }, false],
  ['severity', 'IS', ['high'], { severity: { level: 'high' } }, false],
  ['kind', 'IS', ['anything'], { kind: 'Anything' }, true],
];

const LISTS: readonly Example[] = [
  ['tags', 'INCLUDES_ANY_OF', ['x', 'B'], { tags: ['a', 'b'] }, true],
  ['tags', 'INCLUDES_ANY_OF', ['x', 'y'], { tags: ['a', 'b'] }, false],
  ['tags', 'INCLUDES_ANY_OF', ['a'], { tags: 'a' }, true],
  ['tags', 'INCLUDES_ALL_OF', ['a', 'b'], { tags: ['B', 'c', 'A'] }, true],
  ['tags', 'INCLUDES_ALL_OF', ['a', 'x'], { tags: ['a', 'b'] }, false],
  ['tags', 'INCLUDES_NONE_OF', ['x', 'y'], { tags: ['a', 'b'] }, true],
  ['tags', 'INCLUDES_NONE_OF', ['x', 'A'], { tags: ['a', 'b'] }, false],
  ['findings.risks', 'INCLUDES_ALL_OF', ['travel', 'leak'], { findings: [{ risks: ['travel'] }, {}, { risks: ['leak', 'malware'] }] }, true],
  ['findings.risks', 'INCLUDES_ANY_OF', ['malware'], { findings: [{ risks: ['travel'] }, null, 7] }, false],
  ['findings.risks', 'INCLUDES_NONE_OF', ['malware'], { findings: [{ risks: ['travel'] }] }, true],
];

const SEVERAL: readonly Example[] = [
  ['devices.name', 'IS', ['b'], { devices: [{ name: 'a' }, { name: 'b' }] }, true],
  ['devices.name', 'IS_NOT', ['b'], { devices: [{ name: 'a' }, { name: 'b' }] }, false],
  ['devices.name', 'IS_NOT', ['c'], { devices: [{ name: 'a' }, { name: 'b' }] }, true],
  ['devices.name', 'DOES_NOT_CONTAIN', ['b'], { devices: [[{ name: 'a' }], [{ name: 'abc' }]] }, false],
  ['ip', 'NOT_IN_CIDR', ['10.0.0.0/8'], { ip: ['11.0.0.1', '10.0.0.1'] }, false],
  ['ip', 'NOT_IN_CIDR', ['10.0.0.0/8'], { ip: ['11.0.0.1', '12.0.0.1'] }, true],
];

test.each([...TEXT, ...ADDRESSES, ...NUMBERS, ...BOOLEANS, ...TIMES, ...CHOICES, ...LISTS, ...SEVERAL])('%s %s %j on %j: %s', (field, matcher, values, payload, expected) => {
  expect(holds(field, matcher, values, payload)).toBe(expected);
});

const VALUES: Partial<Record<Matcher, string>> = { IN_CIDR: '10.0.0.0/8', NOT_IN_CIDR: '10.0.0.0/8', WITHIN_HOURS: '00:00-24:00', OUTSIDE_HOURS: '08:00-18:00' };
const BY_TYPE: Readonly<Record<string, string>> = { NUMBER: '5', BOOLEAN: 'true', DATETIME: '2026-03-01T00:00:00Z' };
const HOLD_WITHOUT_A_VALUE: ReadonlySet<Matcher> = new Set<Matcher>(['IS_NOT', 'IS_NOT_ONE_OF', 'DOES_NOT_CONTAIN', 'INCLUDES_NONE_OF', 'DOES_NOT_EXIST']);
const EVERY_PAIR = FIELDS.flatMap((field) => matchersFor(field).map((matcher) => [field.path, matcher, field] as const));

function soundValues(matcher: Matcher, { type, values }: EventField): readonly string[] {
  return valueCount(matcher).most === 0 ? [] : [VALUES[matcher] ?? BY_TYPE[type] ?? values?.[0] ?? 'x'];
}

test.each(EVERY_PAIR)('without a value, %s %s holds only when it is a denial that needs no evidence', (path, matcher, field) => {
  const [first = '', second] = path.split('.');
  const inner = (value: unknown): EventPayload => ({ [first]: second === undefined ? value : { [second]: value } });
  const values = soundValues(matcher, field);
  expect(problems({ field: path, matcher, values })).toEqual([]);
  const verdicts = [{}, inner(null), inner([]), inner([null]), { [first]: null }, { [first]: [] }, { [first]: 'text' }].map((payload, index) => (second === undefined && index === 6 ? HOLD_WITHOUT_A_VALUE.has(matcher) : holds(path, matcher, values, payload)));
  expect(new Set(verdicts)).toEqual(new Set([HOLD_WITHOUT_A_VALUE.has(matcher)]));
});

const PRESENT: ReadonlyArray<readonly [string, unknown]> = [['title', ''], ['score', 0], ['isNew', false], ['severity', {}], ['tags', ['x']], ['at', 'not a time']];
test.each(PRESENT)('%s with %j exists', (field, value) => {
  expect(holds(field, 'EXISTS', [], { [field]: value })).toBe(true);
  expect(holds(field, 'DOES_NOT_EXIST', [], { [field]: value })).toBe(false);
});

test.each(['__proto__', 'constructor', 'toString', 'constructor.name', '__proto__.polluted', 'title.length', 'tags.length'])('the path %s finds nothing that the payload did not bring', (path) => {
  const fields: readonly EventField[] = [{ path, title: 'Odd', type: 'STRING' }];
  const [compiled] = compileConditions([{ field: path, matcher: 'EXISTS', values: [] }], fields, {});
  expect(compiled?.test({ title: 'text', tags: ['a'] })).toEqual({ holds: false, seen: 'nothing' });
  expect(problems({ field: path, matcher: 'EXISTS', values: [] })).toHaveLength(1);
});

test('a name of JavaScript\'s objects that a payload brings itself is read as any other, and changes no object', () => {
  const fields: readonly EventField[] = [{ path: '__proto__.polluted', title: 'Odd', type: 'STRING' }];
  const [compiled] = compileConditions([{ field: '__proto__.polluted', matcher: 'IS', values: ['yes'] }], fields, {});
  expect(compiled?.test(JSON.parse('{"__proto__": {"polluted": "yes"}}')).holds).toBe(true);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test.each<readonly [unknown, string]>([
  ['high', '"high"'],
  [7, '7'],
  [['a', 'b'], '["a","b"]'],
  [['a'], '"a"'],
  [{ level: 1 }, '{"level":1}'],
  [null, 'nothing'],
  [[], 'nothing'],
  ['x'.repeat(5_000), `"${'x'.repeat(198)}…`],
  ['\u{1F680}'.repeat(150), `"${'\u{1F680}'.repeat(99)}…`],
])('%j is told as it was seen', (value, seen) => {
  const [compiled] = compileConditions([{ field: 'severity', matcher: 'IS', values: ['low'] }], FIELDS, {});
  expect(compiled?.test({ severity: value }).seen).toBe(seen);
});

test('hours without a zone go by the trigger\'s, and by UTC where it has none', () => {
  const payload = { at: '2026-07-01T06:30:00Z' };
  expect(holds('at', 'WITHIN_HOURS', ['08:00-09:00'], payload, 'Europe/Berlin')).toBe(true);
  expect(holds('at', 'WITHIN_HOURS', ['08:00-09:00 UTC'], payload, 'Europe/Berlin')).toBe(false);
  expect(holds('at', 'WITHIN_HOURS', ['06:00-07:00'], payload)).toBe(true);
});

test('a saved condition that the event type no longer allows holds for nothing', () => {
  expect(holds('gone', 'DOES_NOT_EXIST', [], {})).toBe(false);
  expect(holds('title', 'GREATER_THAN', ['1'], { title: '2' })).toBe(false);
  expect(holds('severity', 'IS_NOT', ['critical'], { severity: 'low' })).toBe(false);
});

describe('a condition is refused', () => {
  const at = (...rest: readonly (string | number)[]) => ['input', 'conditions', 0, ...rest];

  test('with the fields there are, for one that there is not', () => {
    expect(problems({ field: 'titel', matcher: 'IS', values: ['x'] })).toEqual([{ path: at('field'), message: expect.stringMatching(/^There is no field "titel"\. The event type has title, location\.city, .*risks\.$/) }]);
  });

  test('with the matchers that fit, for each that does not', () => {
    for (const field of FIELDS) {
      const allowed = matchersFor(field);
      for (const matcher of (Object.keys(MATCHER_DESCRIPTIONS) as Matcher[]).filter((candidate) => !allowed.includes(candidate))) {
        expect(problems({ field: field.path, matcher, values: ['x'] })).toEqual([{ path: at('matcher'), message: `${matcher} does not fit the field ${field.path}, which is a ${field.type}. These do: ${allowed.join(', ')}.` }]);
      }
    }
  });

  test.each<readonly [string, Matcher, number, string]>([
    ['title', 'EXISTS', 1, 'EXISTS takes no values.'],
    ['title', 'DOES_NOT_EXIST', 1, 'DOES_NOT_EXIST takes no values.'],
    ['title', 'IS', 0, 'IS takes exactly one value.'],
    ['title', 'CONTAINS', 2, 'CONTAINS takes exactly one value.'],
    ['title', 'IS_ONE_OF', 0, 'IS_ONE_OF takes 1 to 100 values.'],
    ['tags', 'INCLUDES_ALL_OF', 101, 'INCLUDES_ALL_OF takes 1 to 100 values.'],
  ])('%s %s with %i values: %s', (field, matcher, count, message) => {
    expect(problems({ field, matcher, values: Array.from({ length: count }, () => 'x') })).toEqual([{ path: at('values'), message }]);
  });

  test.each<readonly [string, Matcher, string]>([
    ['score', 'IS', 'five'],
    ['score', 'GREATER_THAN', ''],
    ['score', 'GREATER_THAN', '0x10'],
    ['score', 'LESS_THAN', '1e999'],
    ['isNew', 'IS', 'yes'],
    ['at', 'GREATER_THAN', '2026-03-01'],
    ['at', 'GREATER_THAN', '2026-02-30T00:00:00Z'],
    ['at', 'LESS_THAN', '2026-03-01T00:00:00'],
    ['severity', 'IS', 'critical'],
    ['findings.risks', 'INCLUDES_NONE_OF', 'flood'],
    ['ip', 'IN_CIDR', '10.0.0.0/33'],
    ['ip', 'NOT_IN_CIDR', 'contoso.example'],
    ['at', 'WITHIN_HOURS', '8-18'],
    ['at', 'OUTSIDE_HOURS', '08:00-18:00 Mars/Olympus'],
    ['title', 'CONTAINS', ''],
    ['title', 'DOES_NOT_CONTAIN', ''],
    ['title', 'MATCHES_GLOB', ''],
  ])('for its value: %s %s %j', (field, matcher, value) => {
    expect(problems({ field, matcher, values: [value] })).toEqual([{ path: at('values', 0), message: expect.stringContaining(`${JSON.stringify(value)} does not fit ${matcher} on ${field}: a value is `) }]);
  });

  test('at the very value, and for each of several', () => {
    const found = problems({ field: 'severity', matcher: 'IS_ONE_OF', values: ['High', 'huge', 'low', 'x'.repeat(1_001)] });
    expect(found).toEqual([
      { path: at('values', 1), message: '"huge" does not fit IS_ONE_OF on severity: a value is one of low, medium, high.' },
      { path: at('values', 3), message: 'A value has at most 1000 characters.' },
    ]);
  });

  test('when there are more than fifty', () => {
    const conditions = Array.from({ length: 51 }, (): Condition => ({ field: 'title', matcher: 'EXISTS', values: [] }));
    expect(conditionProblems(conditions, FIELDS, { path: ['input', 'conditions'] })).toEqual([{ path: ['input', 'conditions'], message: 'A trigger has at most 50 conditions.' }]);
    expect(conditionProblems(conditions.slice(1), FIELDS, { path: ['input', 'conditions'] })).toEqual([]);
  });
});

test('each matcher is told in one sentence and fits some field', () => {
  const fitting = new Set(FIELDS.flatMap((field) => matchersFor(field)));
  for (const [matcher, description] of Object.entries(MATCHER_DESCRIPTIONS)) {
    expect(fitting).toContain(matcher);
    expect(description).toMatch(/^[A-Z].*\.$/);
  }
});
