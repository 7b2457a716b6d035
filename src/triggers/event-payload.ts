import type { Problem } from '../kernel/errors.js';

const MAX_DEPTH = 32;
const MAX_VALUES = 50_000;
const MAX_BYTES = 1_000_000;

/** Names that mean something to JavaScript: an object that carries them is an attack, or of no use. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What keeps a payload from being stored; nothing when it can be. Whatever the way in, this is asked. */
export function payloadProblems(payload: unknown, path: Problem['path']): Problem[] {
  const message = payloadProblem(payload);
  return message === undefined ? [] : [{ path, message }];
}

function payloadProblem(payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return 'A payload is a JSON object.';
  return structureProblem(payload) ?? sizeProblem(payload);
}

/** Level by level, so that no depth can exhaust the stack. */
function structureProblem(payload: object): string | undefined {
  let level: unknown[] = [payload];
  let values = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `A payload is nested at most ${MAX_DEPTH} levels deep.`;
    const next: unknown[] = [];
    for (const value of level) {
      values += 1;
      if (values > MAX_VALUES) return `A payload has at most ${MAX_VALUES} values.`;
      const problem = valueProblem(value);
      if (problem !== undefined) return problem;
      // Not all of them as arguments of one call: there can be more than a call takes.
      if (typeof value === 'object' && value !== null) for (const inner of Object.values(value) as unknown[]) next.push(inner);
    }
    level = next;
  }
  return undefined;
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  const forbidden = names.find((name) => FORBIDDEN_NAMES.has(name));
  if (forbidden !== undefined) return `A payload has no property named ${forbidden}.`;
  return names.map(textProblem).find((problem) => problem !== undefined);
}

/** PostgreSQL keeps neither in JSON. */
function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'A payload holds no NUL character (\\u0000).';
  return text.isWellFormed() ? undefined : 'A payload holds whole Unicode characters only: half of a surrogate pair stands alone.';
}

function sizeProblem(payload: object): string | undefined {
  return Buffer.byteLength(JSON.stringify(payload)) > MAX_BYTES ? `A payload has at most ${MAX_BYTES} bytes as JSON.` : undefined;
}
