import { createContext, Script } from 'node:vm';
import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';

/** What an expression is compiled with. */
export interface CelOptions {
  /** What it can speak of, with the CEL type of each: `{ event: 'map' }`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The CEL types that it may give; a list of anything is `list`. What is known only when it runs is let through. */
  readonly results: readonly string[];
  /** Follows the complaint about an expression that cannot be understood. */
  readonly hint?: string;
}

/** What an expression gave, or in one line why it gave nothing. */
export type CelResult = { readonly kind: 'VALUE'; readonly value: unknown } | { readonly kind: 'ERROR'; readonly message: string };

/** An expression that was read and type-checked, for any number of evaluations. */
export interface CompiledCel {
  /** Gives an ERROR rather than throw, and for what takes longer than 50 ms, too. */
  evaluate(context: Readonly<Record<string, unknown>>): CelResult;
  readonly ast: ASTNode;
}

type Path = readonly string[];
/** The names that lead into the variable, each with the fields that it stands for; undefined for one that hides another. */
type Scope = ReadonlyMap<string, Path | undefined>;

const MAX_LENGTH = 2_000;
const MAX_MS = 50;
const LIMITS = { maxAstNodes: 300, maxDepth: 30, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 16 };

/** What takes no longer than its arguments are long. What else there is, now or in a later version of the library, runs against the clock. */
const CHEAP_CALLS: ReadonlySet<string> = new Set([
  ...['has', 'size', 'bool', 'int', 'uint', 'double', 'string', 'timestamp', 'duration', 'startsWith', 'endsWith', 'lowerAscii', 'upperAscii', 'trim', 'substring'],
  ...['hasValue', 'value', 'or', 'orValue', 'getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getHours', 'getMinutes', 'getSeconds'],
]);
/** To seek one text in another can take as long as their lengths multiplied, so it is cheap only for what stands in the expression. */
const SEARCHES: ReadonlySet<string> = new Set(['contains', 'indexOf', 'lastIndexOf', 'split']);
/** Not even the clock ends such a search, so it does not begin where both texts can be longer. */
const MAX_SOUGHT_LENGTH = 10_000;
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
const RESULT_WORDS: ReadonlyMap<string, string> = new Map([['bool', 'true or false'], ['string', 'text'], ['list', 'a list']]);

/** Node stops a script that takes too long, in whichever context the function was made that it calls; regular expressions too. */
const clock: { run?: () => unknown } = {};
createContext(clock);
const RUN = new Script('run()');

/** Reads and type-checks an expression: what is wrong with it, in sentences, or the expression ready for use. */
export function compileCel(text: string, options: CelOptions): { readonly problem: string } | { readonly problem?: undefined; readonly cel: CompiledCel } {
  if (text.length > MAX_LENGTH) return { problem: `The expression is longer than ${MAX_LENGTH} characters.` };
  try {
    const parsed = environment(options.variables).parse(text);
    const { valid, type = 'dyn', error } = parsed.check();
    if (!valid) throw error ?? new Error('The expression cannot be read.');
    if (!isAllowed(type, options.results)) return { problem: `The expression gives a ${type}; it must give ${options.results.map((result) => RESULT_WORDS.get(result) ?? result).join(' or ')}.` };
    return { cel: { ast: parsed.ast, evaluate: evaluator(parsed) } };
  } catch (error) {
    return { problem: [messageOf(error), options.hint].filter((part) => part !== undefined).join('\n') };
  }
}

/**
 * The chains of names that an expression selects from a variable, each once: `event.location.city` gives `['location', 'city']`.
 * `event["location"].?city` gives the same, and so does `event.list[0].name` or `event.list.exists(item, item.name == "x")`
 * for `['list', 'name']` (with `['list']`, where the list itself is asked). A name in `[?"…"]` is no part of a chain: its
 * author says that it need not be there.
 */
export function selectedPaths({ ast }: CompiledCel, variable: string): Path[] {
  const paths = pathsIn(ast, new Map([[variable, []]])).filter((path) => path.length > 0);
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

function evaluator(parsed: ParseResult): CompiledCel['evaluate'] {
  const isClocked = !isCheap(parsed.ast);
  const isSeeking = isClocked && hasOpenSearch(parsed.ast);
  return (context) => {
    if (isSeeking && countLongTexts(context) > 1) return { kind: 'ERROR', message: `it would seek one text of more than ${MAX_SOUGHT_LENGTH} characters in another.` };
    const run = (): unknown => parsed({ ...context });
    return resultOf(isClocked ? () => againstTheClock(run) : run);
  };
}

function environment(variables: CelOptions['variables']): Environment {
  const made = new Environment({ enableOptionalTypes: true, limits: LIMITS });
  for (const [name, type] of Object.entries(variables)) made.registerVariable(name, type);
  return made;
}

function isAllowed(type: string, results: readonly string[]): boolean {
  return type === 'dyn' || results.includes(type) || (type.startsWith('list<') && results.includes('list'));
}

function isCheap(node: ASTNode): boolean {
  const isCall = node.op === 'call' || node.op === 'rcall';
  if (isCall && !CHEAP_CALLS.has(node.args[0]) && !(SEARCHES.has(node.args[0]) && !isOpenSearch(node))) return false;
  return childrenOf(node).every(isCheap);
}

/** Whether a text is sought that the expression does not hold itself. */
function isOpenSearch(node: ASTNode): boolean {
  return node.op === 'rcall' && SEARCHES.has(node.args[0]) && node.args[2].some(({ op }) => op !== 'value');
}

function hasOpenSearch(node: ASTNode): boolean {
  return isOpenSearch(node) || childrenOf(node).some(hasOpenSearch);
}

function countLongTexts(value: unknown): number {
  if (typeof value === 'string') return value.length > MAX_SOUGHT_LENGTH ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((count, inner) => count + countLongTexts(inner), 0);
}

function againstTheClock(run: () => unknown): unknown {
  clock.run = run;
  try {
    return RUN.runInContext(clock, { timeout: MAX_MS });
  } finally {
    delete clock.run;
  }
}

function resultOf(run: () => unknown): CelResult {
  try {
    return { kind: 'VALUE', value: run() };
  } catch (error) {
    const isTimeout = (error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return { kind: 'ERROR', message: isTimeout ? `it took longer than ${MAX_MS} ms.` : (messageOf(error).split('\n')[0] ?? '') };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pathsIn(node: ASTNode, scope: Scope): Path[] {
  const path = pathOf(node, scope);
  if (path) return [path];
  if (node.op !== 'rcall') return childrenOf(node).flatMap((child) => pathsIn(child, scope));
  const [method, receiver, args] = node.args;
  const [name, ...rest] = args;
  if (name?.op !== 'id') return [receiver, ...args].flatMap((child) => pathsIn(child, scope));
  if (COMPREHENSIONS.has(method)) return [...pathsIn(receiver, scope), ...pathsWithin(rest, scope, name.args, receiver)];
  if (method === 'bind' && rest[0]) return [...pathsIn(rest[0], scope), ...pathsWithin(rest.slice(1), scope, name.args, rest[0])];
  return [receiver, ...args].flatMap((child) => pathsIn(child, scope));
}

/** What is selected where a name stands for something else, or for an element of it. */
function pathsWithin(nodes: readonly ASTNode[], scope: Scope, name: string, meaning: ASTNode): Path[] {
  const inner: Scope = new Map(scope).set(name, pathOf(meaning, scope));
  return nodes.flatMap((node) => pathsIn(node, inner));
}

function pathOf(node: ASTNode, scope: Scope): Path | undefined {
  if (node.op === 'id') return scope.get(node.args);
  if (node.op !== '.' && node.op !== '.?' && node.op !== '[]') return undefined;
  const [from, name] = node.args;
  const path = pathOf(from, scope);
  if (typeof name === 'string') return path && [...path, name];
  if (path === undefined || name.op !== 'value') return undefined;
  return typeof name.args === 'string' ? [...path, name.args] : path;
}

function childrenOf(node: ASTNode): ASTNode[] {
  return [node.args].flat(3).filter((part): part is ASTNode => typeof part === 'object' && part !== null && 'op' in part);
}
