import type { BacktestTriggerInput, CreateTriggerInput, TestTriggerInput } from '../../gql/trigger.js';
import { matcherWords } from './matchers.js';
import type { Condition, EventType, Rules, SavedTrigger } from './trigger.types.js';

/** The event type of what the clock fires. */
export const SCHEDULE = 'schedule';

export const EMPTY: Rules = { name: '', active: true, eventType: '', conditions: [], expression: '', schedule: '', timeZone: '', missedSchedule: 'SKIP', target: '', cooldown: '', playbooks: [] };

export function rulesOf({ name, active, eventType, conditions, expression, schedule, timeZone, missedSchedule, target, cooldown, playbooks }: SavedTrigger): Rules {
  return {
    name,
    active,
    eventType: eventType.id,
    conditions: conditions.map(({ field, matcher, values }) => ({ field, matcher, values })),
    expression: expression ?? '',
    schedule: schedule ?? '',
    timeZone: timeZone ?? '',
    missedSchedule,
    target: target ?? '',
    cooldown: cooldown ?? '',
    playbooks: playbooks.map((playbook) => ({ id: playbook.id, name: playbook.name, active: playbook.active })),
  };
}

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Without what is saved by itself: the links, and the event type, which stays for ever. */
export function settingsOf({ name, active, conditions, expression, schedule, timeZone, missedSchedule, target, cooldown }: Rules): Omit<CreateTriggerInput, 'eventType' | 'playbookIds'> {
  return { name, active, conditions, expression: expression || null, schedule: schedule || null, timeZone: timeZone || null, missedSchedule, target: target || null, cooldown: cooldown || null };
}

/** The rules as they stand in the form, saved or not, to be tried. */
export function rulesToTry({ eventType, conditions, expression, timeZone, target }: Rules): TestTriggerInput {
  return { eventType, conditions, expression: expression || null, timeZone: timeZone || null, target: target || null };
}

export function rulesToBacktest(rules: Rules, days: number): BacktestTriggerInput {
  return { ...rulesToTry(rules), cooldown: rules.cooldown || null, from: new Date(Date.now() - days * 24 * 60 * 60_000).toISOString() };
}

/** Level is one of high, critical. */
export function sentenceOf({ field, matcher, values }: Condition, eventType: EventType | undefined): string {
  const title = eventType?.fields.find(({ path }) => path === field)?.title ?? field;
  return [title, matcherWords(matcher).toLowerCase(), values.join(', ')].filter(Boolean).join(' ');
}

const NAMES: readonly (readonly [keyof Rules, string])[] = [
  ['name', 'Name'], ['active', 'Active'], ['conditions', 'Conditions'], ['expression', 'Expression'], ['schedule', 'Schedule'], ['timeZone', 'Time zone'],
  ['missedSchedule', 'Missed times'], ['target', 'Target'], ['cooldown', 'Cooldown'], ['playbooks', 'Playbooks'],
];

/** What differs between two versions, in words. */
export function differencesOf(mine: Rules, saved: Rules, eventType: EventType | undefined): { name: string; mine: string; saved: string }[] {
  const words = (rules: Rules, key: keyof Rules): string => {
    if (key === 'conditions') return rules.conditions.map((condition) => sentenceOf(condition, eventType)).join('; ') || 'none';
    if (key === 'playbooks') return rules.playbooks.map(({ name }) => name).join(', ') || 'none';
    if (key === 'active') return rules.active ? 'yes' : 'no';
    return String(rules[key]) || 'none';
  };
  return NAMES.filter(([key]) => !isSame(mine[key], saved[key])).map(([key, name]) => ({ name, mine: words(mine, key), saved: words(saved, key) }));
}
