import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import { inSpan } from '../kernel/tracing.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import type { Registry, RegisteredEventType } from '../registry/registry.js';
import { CompiledTrigger } from './compiled-trigger.js';
import type { ReceivedEvent } from './event.entity.js';
import type { EventStore } from './event.store.js';
import type { FireTrigger } from './fire-trigger.js';
import type { Trigger } from './trigger.entity.js';
import type { TriggerStore } from './trigger.store.js';

const KEPT_TRIGGERS = 5_000;

interface Deps {
  readonly database: Database;
  readonly events: EventStore;
  readonly triggers: TriggerStore;
  readonly registry: Registry;
  readonly fireTrigger: FireTrigger;
  readonly logger: Logger;
}

/** A trigger with its rules ready for use; without them when they no longer fit their event type. */
interface ReadyTrigger {
  readonly trigger: Trigger;
  readonly compiled: CompiledTrigger | undefined;
}

/** Holds stored events against the active triggers of their type, and fires those that match. Doing it again does nothing more. */
export class EventMatcher {
  private readonly kept = new LRUCache<string, ReadyTrigger>({ max: KEPT_TRIGGERS });

  constructor(private readonly deps: Deps) {}

  async match(eventIds: readonly string[]): Promise<void> {
    const { database, events, registry } = this.deps;
    const byType = Map.groupBy(await events.findByIds(database.reader, eventIds), ({ eventType }) => eventType);
    for (const [id, found] of byType) {
      const eventType = registry.eventType(id);
      if (!eventType) {
        this.deps.logger.warn({ eventType: id, events: found.length }, 'Events wait for nobody: no loaded plugin brings their type any more.');
        continue;
      }
      const ready = await this.activeTriggers(eventType);
      for (const event of found) await inSpan('event', { kind: 'CONSUMER', attributes: { 'countermeasure.event.id': event.id, 'countermeasure.event.type': event.eventType }, parent: event.traceParent }, () => this.matchOne(event, ready));
    }
  }

  /** A fault with one trigger does not keep the others from firing; the job is tried again for its sake. */
  private async matchOne(event: ReceivedEvent, ready: readonly ReadyTrigger[]): Promise<void> {
    const faults: unknown[] = [];
    for (const { trigger, compiled } of ready) {
      if (!compiled || !concerns(event, trigger) || !compiled.judge(event).fires) continue;
      try {
        await this.deps.fireTrigger.fire(trigger, compiled, event);
      } catch (error) {
        this.deps.logger.error({ err: error, eventId: event.id, triggerId: trigger.id }, 'A trigger could not be fired; it is tried again.');
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, `${faults.length} triggers could not be fired.`);
  }

  private async activeTriggers(eventType: RegisteredEventType): Promise<ReadyTrigger[]> {
    const { database, triggers } = this.deps;
    const active = await triggers.activeOfType(database.reader, eventType.id);
    const unknown = active.filter((reference) => !this.kept.has(keyOf(reference))).map(({ id }) => id);
    const read = unknown.length === 0 ? [] : await triggers.findByIds(database.reader, unknown);
    const ready = new Map(active.flatMap((reference) => this.kept.get(keyOf(reference)) ?? []).map((kept) => [kept.trigger.id, kept]));
    for (const trigger of read) {
      const prepared = this.prepare(trigger, eventType);
      this.kept.set(keyOf(trigger), prepared);
      ready.set(trigger.id, prepared);
    }
    return [...ready.values()];
  }

  private prepare(trigger: Trigger, eventType: RegisteredEventType): ReadyTrigger {
    const { trigger: compiled, problems } = CompiledTrigger.compile(trigger, eventType, []);
    if (!compiled) this.deps.logger.error({ triggerId: trigger.id, problems }, 'A trigger no longer fits its event type and does not fire: save it again.');
    return { trigger, compiled };
  }
}

/** An event of a schedule is for the trigger whose schedule it is. */
function concerns({ eventType, payload }: ReceivedEvent, { id }: Trigger): boolean {
  return eventType !== SCHEDULE || payload['triggerId'] === id;
}

function keyOf({ id, revision }: { id: string; revision: number }): string {
  return `${id} ${revision}`;
}
