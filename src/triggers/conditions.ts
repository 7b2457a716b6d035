import type { EventField, EventPayload } from '@countermeasure/sdk';
import type { Problem } from '../kernel/errors.js';
import { readField } from './event-fields.js';
import { matchersFor, needsEvidence, negatedBy, valueCount, type Matcher } from './matchers.js';
import { valueReader } from './value-tests.js';

/** What must be so of a field of an event. */
export interface Condition {
  /** The path of a field of the event type. */
  readonly field: string;
  readonly matcher: Matcher;
  readonly values: readonly string[];
}

export interface ConditionOptions {
  /** Decides hours that name no zone of their own; UTC when left out. */
  readonly timeZone?: string;
}

/** A condition that was read once, to be held against any number of events. */
export interface CompiledCondition {
  readonly condition: Condition;
  /** Whether it holds, and the value seen, in words for people. */
  test(payload: EventPayload): { readonly holds: boolean; readonly seen: string };
}

type ValuesTest = (values: readonly unknown[]) => boolean;

const MAX_CONDITIONS = 50;
const MAX_VALUE_LENGTH = 1_000;
const MAX_SEEN_LENGTH = 200;

/** Everything that is wrong with conditions on events with these fields, each with its place under `path`. */
export function conditionProblems(conditions: readonly Condition[], fields: readonly EventField[], { path, timeZone = 'UTC' }: ConditionOptions & { readonly path: Problem['path'] }): Problem[] {
  if (conditions.length > MAX_CONDITIONS) return [{ path, message: `A trigger has at most ${MAX_CONDITIONS} conditions.` }];
  return conditions.flatMap((condition, index) => problemsOf(condition, fields, timeZone, [...path, index]));
}

/**
 * Reads conditions, which hold or do not whatever else holds. One that has a problem, since the plugin that it was
 * written for has changed, holds for no event: nothing is to be done on a rule that nobody understands any more.
 */
export function compileConditions(conditions: readonly Condition[], fields: readonly EventField[], { timeZone = 'UTC' }: ConditionOptions): CompiledCondition[] {
  return conditions.map((condition) => {
    const field = fields.find((candidate) => candidate.path === condition.field);
    const isSound = field !== undefined && problemsOf(condition, fields, timeZone, []).length === 0;
    const holds = isSound ? compileValues(condition, field, timeZone) : () => false;
    return {
      condition,
      test: (payload) => {
        const values = readField(payload, condition.field);
        // Seldom asked for, so it is put in words only then.
        return { holds: holds(values), get seen() { return inWords(values); } };
      },
    };
  });
}

function problemsOf(condition: Condition, fields: readonly EventField[], timeZone: string, path: Problem['path']): Problem[] {
  const field = fields.find((candidate) => candidate.path === condition.field);
  if (!field) return [{ path: [...path, 'field'], message: `There is no field ${quote(condition.field)}. The event type has ${fields.map((known) => known.path).join(', ')}.` }];
  const matchers = matchersFor(field);
  if (!matchers.includes(condition.matcher)) return [{ path: [...path, 'matcher'], message: `${condition.matcher} does not fit the field ${field.path}, which is a ${field.type}. These do: ${matchers.join(', ')}.` }];
  const count = countProblem(condition);
  return count === undefined ? valueProblems(condition, field, timeZone, [...path, 'values']) : [{ path: [...path, 'values'], message: count }];
}

function countProblem({ matcher, values }: Condition): string | undefined {
  const { least, most } = valueCount(matcher);
  if (values.length >= least && values.length <= most) return undefined;
  if (most === 0) return `${matcher} takes no values.`;
  return most === 1 ? `${matcher} takes exactly one value.` : `${matcher} takes ${least} to ${most} values.`;
}

function valueProblems({ matcher, values }: Condition, field: EventField, timeZone: string, path: Problem['path']): Problem[] {
  const reader = valueReader(field, negatedBy(matcher) ?? matcher, timeZone);
  return values.flatMap((value, index) => {
    if (value.length > MAX_VALUE_LENGTH) return [{ path: [...path, index], message: `A value has at most ${MAX_VALUE_LENGTH} characters.` }];
    return reader.accepts(value) ? [] : [{ path: [...path, index], message: `${quote(value)} does not fit ${matcher} on ${field.path}: a value is ${reader.expected}.` }];
  });
}

function compileValues(condition: Condition, field: EventField, timeZone: string): ValuesTest {
  const { matcher, values } = condition;
  if (needsEvidence(matcher)) return compileEvidence(condition, field, timeZone);
  const negated = negatedBy(matcher);
  if (negated !== undefined) {
    const opposite = compileValues({ ...condition, matcher: negated }, field, timeZone);
    return (found) => !opposite(found);
  }
  if (matcher === 'EXISTS') return (found) => found.length > 0;
  const reader = valueReader(field, matcher, timeZone);
  const tests = matcher === 'INCLUDES_ALL_OF' ? values.map((value) => reader.compile([value])) : [reader.compile(values)];
  return (found) => tests.every((test) => found.some((value) => test(value) === true));
}

/** An opposite that absent and unreadable values do not make true. */
function compileEvidence({ matcher, values }: Condition, field: EventField, timeZone: string): ValuesTest {
  const fits = valueReader(field, negatedBy(matcher) ?? matcher, timeZone).compile(values);
  return (found) => found.length > 0 && found.every((value) => fits(value) === false);
}

function inWords(values: readonly unknown[]): string {
  if (values.length === 0) return 'nothing';
  // No more of a long list or text is written out than is shown.
  const some = values.slice(0, MAX_SEEN_LENGTH).map((value) => (typeof value === 'string' ? value.slice(0, MAX_SEEN_LENGTH) : value));
  return shorten(JSON.stringify(some.length === 1 ? some[0] : some));
}

function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

function shorten(text: string): string {
  // The cut can go through a character of two places, whose half no database takes.
  return text.length <= MAX_SEEN_LENGTH ? text : `${text.slice(0, MAX_SEEN_LENGTH - 1).toWellFormed()}…`;
}
