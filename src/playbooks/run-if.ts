import { Environment } from '@marcbachmann/cel-js';

/** What a step's condition can speak of. */
export interface RunIfContext {
  readonly event: Readonly<Record<string, unknown>>;
  readonly run: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  readonly steps: Readonly<Record<string, unknown>>;
}

export type RunIfVerdict = { readonly kind: 'YES' } | { readonly kind: 'NO' } | { readonly kind: 'UNDECIDED'; readonly message: string };
export type EvaluateRunIf = (expression: string, context: RunIfContext) => RunIfVerdict;

/** CEL cannot loop without end; the limits keep an expression small enough that its cost does not matter. */
const cel = new Environment({
  enableOptionalTypes: true,
  limits: { maxAstNodes: 300, maxDepth: 30, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 16 },
})
  .registerVariable('event', 'map')
  .registerVariable('run', 'map')
  .registerVariable('target', 'map')
  .registerVariable('steps', 'map');

/** What is wrong with a condition, found before it is saved; undefined when it is sound. */
export function runIfProblem(expression: string): string | undefined {
  if (expression.length > 2_000) return 'The expression is longer than 2000 characters.';
  const checked = cel.check(expression);
  if (!checked.valid) return `${checked.error?.message ?? 'The expression cannot be read.'}\nIt may speak of event, run, target and steps, for example: steps["suspend-user"].status == "SUCCEEDED".`;
  if (checked.type === 'bool' || checked.type === 'dyn') return undefined;
  return `The expression gives a ${checked.type}; it must give true or false.`;
}

export const evaluateRunIf: EvaluateRunIf = (expression, context) => {
  try {
    const value: unknown = cel.evaluate(expression, { ...context });
    if (value === true) return { kind: 'YES' };
    if (value === false) return { kind: 'NO' };
    return { kind: 'UNDECIDED', message: 'it gives neither true nor false.' };
  } catch (error) {
    return { kind: 'UNDECIDED', message: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
};
