import { nameProblems, textProblems } from '../kernel/names.js';
import type { Problem } from '../kernel/errors.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import type { Registry } from '../registry/registry.js';
import { CompiledTrigger, type TriggerRules } from './compiled-trigger.js';
import type { Condition } from './conditions.js';
import { nextDueAt, scheduleProblem, timeZoneProblem } from './schedule.js';
import type { MissedSchedule, Trigger } from './trigger.entity.js';

/** A trigger as its author gives it; what is left out stays, or takes its default. */
export interface TriggerDraft {
  readonly name?: string | undefined;
  readonly active?: boolean | undefined;
  readonly conditions?: readonly Condition[] | undefined;
  readonly expression?: string | null | undefined;
  readonly schedule?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
  readonly missedSchedule?: MissedSchedule | undefined;
  readonly target?: string | null | undefined;
  readonly cooldownMs?: number | null | undefined;
}

const MAX_COOLDOWN_MS = 24 * 24 * 60 * 60_000;

/** What the draft makes of the trigger, and everything that is wrong with that. */
export function applyDraft(trigger: Trigger, draft: TriggerDraft, registry: Registry, now: Date): { next: Trigger; problems: Problem[] } {
  const next: Trigger = {
    ...trigger,
    name: (draft.name ?? trigger.name).trim(),
    active: draft.active ?? trigger.active,
    conditions: draft.conditions ? draft.conditions.map(({ field, matcher, values }) => ({ field, matcher, values })) : trigger.conditions,
    expression: textOf(draft.expression, trigger.expression),
    schedule: textOf(draft.schedule, trigger.schedule),
    timeZone: textOf(draft.timeZone, trigger.timeZone),
    missedSchedule: draft.missedSchedule ?? trigger.missedSchedule,
    target: textOf(draft.target, trigger.target),
    cooldownMs: draft.cooldownMs === undefined ? trigger.cooldownMs : draft.cooldownMs,
    revision: trigger.revision + 1,
    updatedAt: now,
  };
  const problems = [...nameProblems(next.name, ['input', 'name']), ...writtenProblems(next), ...timingProblems(next), ...ruleProblems(next, registry, ['input'])];
  return { next: { ...next, nextDueAt: problems.length === 0 ? dueOf(trigger, next, now) : null }, problems };
}

/** What is wrong with the rules of a trigger, saved or not. */
export function ruleProblems(trigger: TriggerRules & Pick<Trigger, 'eventType'>, registry: Registry, path: Problem['path']): Problem[] {
  const eventType = registry.eventType(trigger.eventType);
  if (!eventType) return [{ path: [...path, 'eventType'], message: `There is no event type "${trigger.eventType.slice(0, 80)}"; the query eventTypes lists those there are.` }];
  const zone = trigger.timeZone === null ? undefined : timeZoneProblem(trigger.timeZone);
  if (zone !== undefined) return [{ path: [...path, 'timeZone'], message: zone }];
  return CompiledTrigger.compile(trigger, eventType, path).problems;
}

/** A change of something else does not lose a due time that has passed and not been fired yet. */
function dueOf(before: Trigger, next: Trigger, now: Date): Date | null {
  const isSame = before.active === next.active && before.schedule === next.schedule && before.timeZone === next.timeZone;
  return isSame && before.nextDueAt !== null ? before.nextDueAt : dueAfter(next, now);
}

export function cooldownProblems(cooldownMs: number | null): Problem[] {
  const isSound = cooldownMs === null || (cooldownMs >= 1_000 && cooldownMs <= MAX_COOLDOWN_MS);
  return isSound ? [] : [{ path: ['input', 'cooldown'], message: 'A cooldown lies between PT1S and P24D.' }];
}

export function dueAfter({ eventType, active, schedule, timeZone, deletedAt }: Trigger, now: Date): Date | null {
  const isScheduled = eventType === SCHEDULE && active && deletedAt === null && schedule !== null;
  return isScheduled ? nextDueAt(schedule, timeZone ?? 'UTC', now) : null;
}

/** What no database keeps, wherever it stands in what people wrote. */
function writtenProblems({ conditions, expression, target }: Trigger): Problem[] {
  return [
    ...conditions.flatMap(({ values }, index) => values.flatMap((value, at) => textProblems(value, ['input', 'conditions', index, 'values', at]))),
    ...textProblems(expression ?? '', ['input', 'expression']),
    ...textProblems(target ?? '', ['input', 'target']),
  ];
}

function timingProblems({ eventType, schedule, cooldownMs }: Trigger): Problem[] {
  const problems: Problem[] = [];
  const at = ['input', 'schedule'];
  if (eventType === SCHEDULE && schedule === null) problems.push({ path: at, message: 'A trigger of the event type "schedule" needs a schedule, for example "0 3 * * MON-FRI".' });
  if (eventType !== SCHEDULE && schedule !== null) problems.push({ path: at, message: `Only a trigger of the event type "schedule" has a schedule; this one waits for ${eventType}.` });
  const wrong = schedule === null ? undefined : scheduleProblem(schedule);
  if (wrong !== undefined) problems.push({ path: at, message: wrong });
  return [...problems, ...cooldownProblems(cooldownMs)];
}

/** An empty text is none. */
export function textOf(given: string | null | undefined, before: string | null): string | null {
  if (given === undefined) return before;
  return given === null || given.trim() === '' ? null : given.trim();
}
