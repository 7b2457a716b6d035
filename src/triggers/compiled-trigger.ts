import type { TargetReference } from '@countermeasure/sdk';
import { compileCel, selectedPaths, type CompiledCel } from '../kernel/cel.js';
import type { Problem } from '../kernel/errors.js';
import type { RegisteredEventType } from '../registry/registry.js';
import { isTargetIdUsable } from '../runs/target-id.js';
import { compileConditions, conditionProblems, type CompiledCondition, type Condition } from './conditions.js';
import type { ReceivedEvent } from './event.entity.js';
import type { Trigger } from './trigger.entity.js';

/** What decides whether an event fires a trigger, and on what. */
export type TriggerRules = Pick<Trigger, 'conditions' | 'expression' | 'target' | 'timeZone'>;

/** What an expression can speak of. */
export type EventFacts = Pick<ReceivedEvent, 'payload' | 'source' | 'occurredAt'>;

/** Whether an event fires a trigger; when not, the first thing that did not hold, with what was seen instead. */
export type Verdict =
  | { readonly fires: true }
  | { readonly fires: false; readonly failedCondition: Condition | null; readonly seen: string | null; readonly reason: string };

const VARIABLES = { event: 'map', source: 'string', occurredAt: 'google.protobuf.Timestamp' } as const;
const MAX_TARGETS = 100;

/** A trigger's rules, read once and held against many events. */
export class CompiledTrigger {
  private constructor(
    private readonly rules: TriggerRules,
    private readonly eventType: RegisteredEventType,
    private readonly conditions: readonly CompiledCondition[],
    private readonly expression: CompiledCel | undefined,
    private readonly target: CompiledCel | undefined,
  ) {}

  /** Everything that is wrong with the rules, or the rules ready for use. */
  static compile(rules: TriggerRules, eventType: RegisteredEventType, path: Problem['path']): { problems: Problem[]; trigger?: CompiledTrigger } {
    const { fields } = eventType.definition;
    const timeZone = rules.timeZone ?? 'UTC';
    const expression = compile(rules.expression, ['bool'], eventType, [...path, 'expression']);
    const target = compile(rules.target, ['string', 'list'], eventType, [...path, 'target']);
    const problems = [...conditionProblems(rules.conditions, fields, { timeZone, path: [...path, 'conditions'] }), ...expression.problems, ...target.problems];
    if (problems.length > 0) return { problems };
    return { problems, trigger: new CompiledTrigger(rules, eventType, compileConditions(rules.conditions, fields, { timeZone }), expression.cel, target.cel) };
  }

  judge(event: EventFacts): Verdict {
    for (const [index, condition] of this.conditions.entries()) {
      const { holds, seen } = condition.test(event.payload);
      if (holds) continue;
      const failed = this.rules.conditions[index] ?? null;
      return { fires: false, failedCondition: failed, seen, reason: `${failed?.field ?? 'A field'} is ${seen}.` };
    }
    return this.judgeExpression(event);
  }

  /** What the event is about; none when nothing can be told for certain. */
  targetsOf(event: EventFacts): { targets: readonly TargetReference[]; problem?: string } {
    const found = this.target ? toTargets(this.target.evaluate(contextOf(event))) : { targets: this.eventType.definition.targets(event.payload) };
    const usable = found.targets.filter(({ id }) => isTargetIdUsable(id.trim())).map(({ kind, id }) => ({ kind, id: id.trim() }));
    const distinct = [...new Map(usable.map((target) => [`${target.kind} ${target.id.toLowerCase()}`, target])).values()];
    if (distinct.length > MAX_TARGETS) return { targets: [], problem: `The event names ${distinct.length} targets; a trigger acts on at most ${MAX_TARGETS}.` };
    return { ...found, targets: distinct };
  }

  private judgeExpression(event: EventFacts): Verdict {
    if (!this.expression) return { fires: true };
    const result = this.expression.evaluate(contextOf(event));
    if (result.kind === 'VALUE' && result.value === true) return { fires: true };
    const reason = result.kind === 'ERROR' ? `The expression could not be decided: ${result.message}` : result.value === false ? 'The expression does not hold.' : 'The expression gives neither true nor false.';
    return { fires: false, failedCondition: null, seen: null, reason };
  }
}

function contextOf({ payload, source, occurredAt }: EventFacts) {
  return { event: payload, source, occurredAt };
}

function toTargets(result: ReturnType<CompiledCel['evaluate']>): { targets: readonly TargetReference[]; problem?: string } {
  if (result.kind === 'ERROR') return { targets: [], problem: `The target could not be told: ${result.message}` };
  const values: readonly unknown[] = Array.isArray(result.value) ? result.value : [result.value];
  return { targets: values.filter((value) => typeof value === 'string').map((id) => ({ kind: 'USER', id })) };
}

function compile(text: string | null, results: readonly string[], { definition }: RegisteredEventType, path: Problem['path']): { problems: Problem[]; cel?: CompiledCel } {
  if (text === null) return { problems: [] };
  const compiled = compileCel(text, { variables: VARIABLES, results });
  if (compiled.problem !== undefined) return { problems: [{ path, message: `${compiled.problem} It may speak of event (the payload), source and occurredAt.` }] };
  const known = definition.fields.map((field) => field.path);
  const unknown = selectedPaths(compiled.cel, 'event').filter((names) => !isKnown(names, known, definition.sample));
  const problems = unknown.map((names) => ({
    path,
    message: `The event type ${definition.id} has no field event.${names.join('.')}. It has ${known.join(', ')}. What is not among them is read as event[?"name"].orValue(…).`,
  }));
  return { problems, cel: compiled.cel };
}

/** A misspelt field would only be found by an event that does not fire. */
function isKnown(names: readonly string[], known: readonly string[], sample: unknown): boolean {
  const path = names.join('.');
  if (known.some((field) => field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`))) return true;
  return names.reduce<unknown>((value, name) => (typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined), sample) !== undefined;
}
