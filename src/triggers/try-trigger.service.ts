import type { TargetReference } from '@countermeasure/sdk';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { DomainError, badInput, refuseIfAny } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import type { JsonObject } from '../kernel/json.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import type { Registry, RegisteredEventType } from '../registry/registry.js';
import { Backtest, type BacktestResult } from './backtest.js';
import { CompiledTrigger, type EventFacts, type TriggerRules, type Verdict } from './compiled-trigger.js';
import type { Condition } from './conditions.js';
import { cooldownProblems, ruleProblems, textOf } from './draft-trigger.js';
import { toldTime } from './event-intake.js';
import { payloadProblems } from './event-payload.js';
import type { EventStore } from './event.store.js';
import type { Trigger } from './trigger.entity.js';
import type { TriggerStore } from './trigger.store.js';

const NO_RULES = { conditions: [], expression: null, timeZone: null, target: null, cooldownMs: null };
const MAX_TRIGGERS = 1_000;
const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_BACKTEST_MS = 30 * DAY_MS;
const LONGEST_BACKTEST_DAYS = 366;
const MAX_BACKTEST_EVENTS = 50_000;
const MAX_BACKTEST_MS = 15_000;
const READ_AT_ONCE = 500;

/** How long nobody else is served. */
const TURN_MS = 20;

/** An event to try: one that was received, or one that is made up. */
export interface EventToTry {
  readonly eventId?: string | undefined;
  readonly type?: string | undefined;
  readonly payload?: JsonObject | undefined;
  readonly occurredAt?: Date | undefined;
  readonly source?: string | undefined;
}

/** What came of trying. */
export interface Trial {
  readonly verdict: Verdict;
  readonly targets: readonly TargetReference[];
  readonly problem?: string | undefined;
}

export interface TriggerTrial extends Trial {
  readonly trigger: Trigger;
}

/** A trigger to try: a saved one, or rules that nobody has saved yet. */
export interface TriggerToTry {
  readonly triggerId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly conditions?: readonly Condition[] | undefined;
  readonly expression?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
  readonly target?: string | null | undefined;
}

/** The same, on the events of the past. */
export interface TriggerToBacktest extends TriggerToTry {
  readonly cooldownMs?: number | null | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

interface Deps {
  readonly database: Database;
  readonly triggers: TriggerStore;
  readonly events: EventStore;
  readonly registry: Registry;
}

/** Shows beforehand what triggers would do. Nothing is started and nothing is stored. */
export class TryTriggerService {
  constructor(private readonly deps: Deps) {}

  /** All active triggers of the event's type, those that would fire first. */
  async testEvent(session: Session, input: EventToTry): Promise<TriggerTrial[]> {
    session.assert('trigger:read');
    const { eventType, facts } = await this.eventToTry(session, input, ['input']);
    const { database, triggers } = this.deps;
    const active = await triggers.activeOfType(database.reader, eventType.id);
    const visible = await triggers.within(database.reader, session.limits, active.map(({ id }) => id));
    const found = await triggers.findByIds(database.reader, visible.slice(0, MAX_TRIGGERS));
    const trials = found.flatMap((trigger) => this.tryOne(trigger, eventType, facts));
    return [...trials.filter(({ verdict }) => verdict.fires), ...trials.filter(({ verdict }) => !verdict.fires)];
  }

  /** One trigger, whether or not it is saved and active. */
  async testTrigger(session: Session, input: TriggerToTry, event: EventToTry): Promise<Trial> {
    session.assert('trigger:read');
    const rules = await this.rulesToTry(session, input);
    const type = this.requireType(rules.eventType, ['input', 'eventType']);
    refuseIfAny(ruleProblems(rules, this.deps.registry, ['input']));
    const path = ['input', 'event'];
    const { eventType, facts } = await this.eventToTry(session, { ...event, type: event.type ?? type.id }, path);
    if (eventType.id !== type.id) throw badInput([...path, event.eventId === undefined ? 'type' : 'eventId'], `The trigger waits for ${type.id}, and the event is of the type ${eventType.id}.`);
    const { trigger } = CompiledTrigger.compile(rules, type, ['input']);
    if (!trigger) throw new Error('Rules without problems could not be compiled.');
    return { verdict: trigger.judge(facts), ...trigger.targetsOf(facts) };
  }

  async backtest(session: Session, input: TriggerToBacktest): Promise<BacktestResult> {
    session.assert('trigger:read');
    // It looks at all events of the type, whomever they concern.
    session.assertWithoutLimits('event:read');
    const rules = await this.rulesToTry(session, input);
    const eventType = this.requireType(rules.eventType, ['input', 'eventType']);
    refuseIfAny([...ruleProblems(rules, this.deps.registry, ['input']), ...cooldownProblems(rules.cooldownMs)]);
    const { trigger } = CompiledTrigger.compile(rules, eventType, ['input']);
    if (!trigger) throw new Error('Rules without problems could not be compiled.');
    const to = input.to ?? new Date();
    const from = input.from ?? new Date(to.getTime() - DEFAULT_BACKTEST_MS);
    if (from >= to) throw badInput(['input', 'from'], 'from lies before to.');
    if (to.getTime() - from.getTime() > LONGEST_BACKTEST_DAYS * DAY_MS) throw badInput(['input', 'from'], `from lies at most ${LONGEST_BACKTEST_DAYS} days before to.`);
    return this.replay(new Backtest(trigger, rules, { from, to }), eventType.id, from, to);
  }

  private async replay(backtest: Backtest, eventType: string, from: Date, to: Date): Promise<BacktestResult> {
    const { events, database } = this.deps;
    const pace = new Pace();
    let afterId = '';
    while (backtest.eventCount < MAX_BACKTEST_EVENTS) {
      const part = await events.receivedBetween(database.reader, eventType, from, to, afterId, READ_AT_ONCE);
      for (const event of part) {
        if (!(await pace.mayGoOn())) return backtest.result(false);
        backtest.look(event);
      }
      const last = part.at(-1);
      if (!last || part.length < READ_AT_ONCE) return backtest.result(true);
      afterId = last.id;
    }
    return backtest.result(false);
  }

  private tryOne(trigger: Trigger, eventType: RegisteredEventType, facts: EventFacts): TriggerTrial[] {
    if (eventType.id === SCHEDULE && facts.payload['triggerId'] !== trigger.id) return [];
    const { trigger: compiled, problems } = CompiledTrigger.compile(trigger, eventType, []);
    if (!compiled) return [{ trigger, verdict: { fires: false, failedCondition: null, seen: null, reason: `The trigger no longer fits its event type: ${problems.map(({ message }) => message).join(' ')}` }, targets: [], problem: undefined }];
    return [{ trigger, verdict: compiled.judge(facts), ...compiled.targetsOf(facts) }];
  }

  private async eventToTry(session: Session, { eventId, type, payload, occurredAt, source }: EventToTry, path: readonly string[]): Promise<{ eventType: RegisteredEventType; facts: EventFacts }> {
    if (eventId !== undefined) {
      session.assert('event:read');
      requireId('event', eventId, [...path, 'eventId']);
      const { events, database } = this.deps;
      const [event] = await events.findByIds(database.reader, await events.within(database.reader, session.limits, [eventId]));
      if (!event) throw new DomainError('NOT_FOUND', `There is no event ${eventId}.`);
      return { eventType: this.requireType(event.eventType, [...path, 'eventId']), facts: event };
    }
    if (type === undefined) throw badInput([...path, 'type'], 'Name a stored event by eventId, or give type and payload of one.');
    const eventType = this.requireType(type, [...path, 'type']);
    const content = payload ?? eventType.definition.sample;
    refuseIfAny(payloadProblems(content, [...path, 'payload']));
    return { eventType, facts: { payload: content, source: source ?? 'test', occurredAt: occurredAt ?? toldTime(eventType, content) ?? new Date() } };
  }

  private async rulesToTry(session: Session, input: TriggerToBacktest): Promise<TriggerRules & Pick<Trigger, 'eventType' | 'cooldownMs'>> {
    const { triggerId, eventType, conditions, expression, timeZone, target, cooldownMs } = input;
    const saved = triggerId === undefined ? undefined : await this.requireTrigger(session, triggerId);
    const base = saved ?? (eventType === undefined ? undefined : { ...NO_RULES, eventType });
    if (!base) throw badInput(['input', 'eventType'], 'Name a saved trigger by triggerId, or give the eventType of one that is not saved.');
    return {
      ...base,
      conditions: conditions ? [...conditions] : base.conditions,
      expression: textOf(expression, base.expression),
      timeZone: textOf(timeZone, base.timeZone),
      target: textOf(target, base.target),
      cooldownMs: cooldownMs === undefined ? base.cooldownMs : cooldownMs,
    };
  }

  private async requireTrigger({ limits }: Session, id: string): Promise<Trigger> {
    requireId('trigger', id, ['input', 'triggerId']);
    const { triggers, database } = this.deps;
    const [trigger] = await triggers.findByIds(database.reader, await triggers.within(database.reader, limits, [id]));
    if (trigger?.deletedAt !== null) throw new DomainError('NOT_FOUND', `There is no trigger ${id}.`);
    return trigger;
  }

  private requireType(id: string, path: readonly (string | number)[]): RegisteredEventType {
    const eventType = this.deps.registry.eventType(id);
    if (!eventType) throw badInput(path, `There is no event type "${id.slice(0, 80)}"; the query eventTypes lists those there are.`);
    return eventType;
  }
}

/** Lets others be served in between, and ends what takes too long. */
class Pace {
  private readonly endsAt = performance.now() + MAX_BACKTEST_MS;
  private turnBeganAt = performance.now();

  async mayGoOn(): Promise<boolean> {
    const now = performance.now();
    if (now - this.turnBeganAt < TURN_MS) return true;
    await new Promise((resolve) => setImmediate(resolve));
    this.turnBeganAt = performance.now();
    return this.turnBeganAt < this.endsAt;
  }
}
