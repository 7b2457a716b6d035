import { compileCel } from '../../dist/src/kernel/cel.js';
import { compileGlob } from '../../dist/src/triggers/glob.js';
import type { Figure } from '../figures.ts';

const GLOB_AT_MOST_MS = 1_000;
/** The clock ends an expression after 50 ms; the rest is what the machine adds. */
const EXPRESSION_AT_MOST_MS = 250;

const A_LOT = 'a'.repeat(100_000);
const LIST = Array.from({ length: 2_000 }, (_, index) => index + 0.5);

const GLOBS: readonly (readonly [name: string, pattern: string])[] = [
  ['a* 499 times, then b', `${'a*'.repeat(499)}b`],
  ['*? 499 times, then b', `${'*?'.repeat(499)}b`],
  ['* and 998 times a, then b', `*${'a'.repeat(998)}b`],
  ['a piece of 998 that differs in its middle', `*${'a'.repeat(499)}b${'a'.repeat(499)}*`],
];

const EXPRESSIONS: readonly string[] = [
  'event.text.matches("^(a+)+$")',
  'event.text.matches("^(a|a)*$")',
  'event.text.matches(event.pattern)',
  'event.list.all(a, event.list.all(b, event.list.all(c, a + b + c >= 0.0)))',
  'event.list.map(a, event.list.map(b, event.list.map(c, a + b + c))).size() == 0',
  'cel.bind(a, event.list + event.list, cel.bind(b, a + a, cel.bind(c, b + b, cel.bind(d, c + c, cel.bind(e, d + d, cel.bind(f, e + e, cel.bind(g, f + f, g + g + g + g))))))).size() == 0',
];

/** How long the worst globs and expressions keep a worker, each on the event that makes it worst. */
export function measureHostile(): Figure[] {
  const event = { text: `${'a'.repeat(40)}b`, pattern: '^(a+)+$', list: LIST };
  return [
    ...GLOBS.map(([name, pattern]) => figure(`glob ${name}, on 100,000 characters`, GLOB_AT_MOST_MS, () => compileGlob(pattern)(A_LOT))),
    ...EXPRESSIONS.map((text) => figure(shortened(text), EXPRESSION_AT_MOST_MS, () => evaluate(text, event))),
  ];
}

function evaluate(text: string, event: object): void {
  const compiled = compileCel(text, { variables: { event: 'map' }, results: ['bool'] });
  if (compiled.problem !== undefined) throw new Error(compiled.problem);
  compiled.cel.evaluate({ event });
}

/** The time that this process works, since others share the machine. */
function figure(what: string, limit: number, work: () => unknown): Figure {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { part: 'hostile', what, value: (user + system) / 1_000, unit: 'ms', limit };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
