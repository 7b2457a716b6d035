import { compileCel } from '../kernel/cel.js';

/** What a step's condition can speak of. */
export interface RunIfContext {
  readonly event: Readonly<Record<string, unknown>>;
  readonly run: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  readonly steps: Readonly<Record<string, unknown>>;
}

export type RunIfVerdict = { readonly kind: 'YES' } | { readonly kind: 'NO' } | { readonly kind: 'UNDECIDED'; readonly message: string };
export type EvaluateRunIf = (expression: string, context: RunIfContext) => RunIfVerdict;

const RUN_IF = {
  variables: { event: 'map', run: 'map', target: 'map', steps: 'map' },
  results: ['bool'],
  hint: 'It may speak of event, run, target and steps, for example: steps["suspend-user"].status == "SUCCEEDED".',
} as const;

/** What is wrong with a condition, found before it is saved; undefined when it is sound. */
export function runIfProblem(expression: string): string | undefined {
  return compileCel(expression, RUN_IF).problem;
}

export const evaluateRunIf: EvaluateRunIf = (expression, context) => {
  const compiled = compileCel(expression, RUN_IF);
  if (compiled.problem !== undefined) return { kind: 'UNDECIDED', message: compiled.problem.split('\n')[0] ?? '' };
  const result = compiled.cel.evaluate({ ...context });
  if (result.kind === 'ERROR') return { kind: 'UNDECIDED', message: result.message };
  if (result.value === true) return { kind: 'YES' };
  if (result.value === false) return { kind: 'NO' };
  return { kind: 'UNDECIDED', message: 'it gives neither true nor false.' };
};
