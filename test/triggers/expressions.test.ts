import { compileCel, selectedPaths, type CompiledCel } from '../../src/kernel/cel.js';
import { evaluateRunIf, runIfProblem } from '../../src/playbooks/run-if.js';

const OPTIONS = { variables: { event: 'map', source: 'string' }, results: ['bool'] };

function compile(text: string, results: readonly string[] = ['bool']): CompiledCel {
  const compiled = compileCel(text, { ...OPTIONS, results });
  if (compiled.problem !== undefined) throw new Error(compiled.problem);
  return compiled.cel;
}

test.each<readonly [text: string, value: unknown]>([
  ['event.severity == "high" && source == "siem"', true],
  ['event.score > 4', true],
  ['event.title.contains("travel")', true],
  ['event.title.contains(event.part)', true],
  ['event.title.matches("^imp.*vel$")', true],
  ['event.tags.exists(tag, tag == "vip")', true],
  ['has(event.absent)', false],
  ['event.?absent.orValue("none") == "none"', true],
  ['event[?"absent"].hasValue()', false],
])('%s gives %s', (text, value) => {
  const event = { severity: 'high', score: 5, title: 'impossible travel', part: 'travel', tags: ['vip'] };
  const compiled = compile(text);
  // The clock runs on while a busy machine does something else, so one that was stopped by it is tried again.
  const results = [1, 2, 3].map(() => compiled.evaluate({ event, source: 'siem' }));
  expect(results).toContainEqual({ kind: 'VALUE', value });
});

test('text and lists are given where they are allowed', () => {
  const users = compile('event.users.map(user, user.id)', ['string', 'list']);
  expect(users.evaluate({ event: { users: [{ id: 'a' }, { id: 'b' }] }, source: '' })).toEqual({ kind: 'VALUE', value: ['a', 'b'] });
  expect(compile('["x", source]', ['string', 'list']).evaluate({ event: {}, source: 's' })).toEqual({ kind: 'VALUE', value: ['x', 's'] });
});

test.each<readonly [text: string, results: readonly string[], problem: string]>([
  ['event.', ['bool'], 'Expected IDENTIFIER'],
  ['evnt.title == "x"', ['bool'], 'Unknown variable: evnt'],
  ['source > 1', ['bool'], 'no such overload'],
  ['1 + 1', ['bool'], 'The expression gives a int; it must give true or false.'],
  ['true', ['string', 'list'], 'The expression gives a bool; it must give text or a list.'],
  ['x'.repeat(2_001), ['bool'], 'The expression is longer than 2000 characters.'],
  ['event.a == 1 || '.repeat(100).concat('true'), ['bool'], 'Exceeded maxAstNodes (300)'],
  [`${'('.repeat(40)}true${')'.repeat(40)}`, ['bool'], 'Exceeded maxDepth (30)'],
])('%s is refused', (text, results, problem) => {
  expect(compileCel(text, { ...OPTIONS, results }).problem).toContain(problem);
});

test('an event without what the expression needs gives an error in one line', () => {
  expect(compile('event.location.city == "Lagos"').evaluate({ event: {}, source: '' })).toEqual({ kind: 'ERROR', message: 'No such key: location' });
});

test.each<readonly [text: string, paths: readonly (readonly string[])[]]>([
  ['event.location.city == "x" || event.location.city == "y"', [['location', 'city']]],
  ['event["location"].?city.orValue("") == event.title', [['location', 'city'], ['title']]],
  ['has(event.location.city) && event.tags.size() > 0', [['location', 'city'], ['tags']]],
  ['event.devices[0].name == "x"', [['devices', 'name']]],
  ['event.devices.exists(device, device.name == source)', [['devices'], ['devices', 'name']]],
  ['event.devices.all(d, d.ports.exists(p, p.number == 1))', [['devices'], ['devices', 'ports'], ['devices', 'ports', 'number']]],
  ['cel.bind(where, event.location, where.city == "x")', [['location'], ['location', 'city']]],
  ['event.devices.exists(event, event.name == "x")', [['devices'], ['devices', 'name']]],
  ['[source].exists(event, event == "x")', []],
  ['event[?"absent"].orValue("") == "" && event[source] == 1', []],
  ['event.map[event.key].value == 1', [['map'], ['key']]],
  ['{"a": event.inMap}.a == [event.inList][0] && (event.yes ? true : !event.no)', [['inMap'], ['inList'], ['yes'], ['no']]],
  ['source == "event.title" && event == event', []],
])('%s selects %j', (text, paths) => {
  expect(selectedPaths(compile(text), 'event')).toEqual(paths);
});

describe('the condition of a step', () => {
  const context = { event: { severity: 'high' }, run: { reason: 'drill' }, target: { id: 'u1' }, steps: { 'suspend-user': { status: 'SUCCEEDED' } } };
  const hint = 'It may speak of event, run, target and steps, for example: steps["suspend-user"].status == "SUCCEEDED".';

  test.each([
    ['steps["suspend-user"].status == "SUCCEEDED"', { kind: 'YES' }],
    ['event.severity == "low"', { kind: 'NO' }],
    ['has(event.absent)', { kind: 'NO' }],
    ['event.?absent.hasValue()', { kind: 'NO' }],
    ['event.?severity.orValue("") == "high"', { kind: 'YES' }],
    ['run.reason.matches("^dr")', { kind: 'YES' }],
    ['event.absent == 1', { kind: 'UNDECIDED', message: 'No such key: absent' }],
    ['target.id', { kind: 'UNDECIDED', message: 'it gives neither true nor false.' }],
  ])('%s is decided', (expression, verdict) => {
    expect(runIfProblem(expression)).toBeUndefined();
    expect(evaluateRunIf(expression, context)).toEqual(verdict);
  });

  test('is refused with what it may speak of', () => {
    expect(runIfProblem('nothing == 1')).toMatch(/^Unknown variable: nothing\n/);
    expect(runIfProblem('nothing == 1')?.endsWith(`\n${hint}`)).toBe(true);
    expect(runIfProblem('"text"')).toBe('The expression gives a string; it must give true or false.');
  });
});
