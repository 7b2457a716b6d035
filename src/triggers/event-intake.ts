import type { Tx } from '../db/database.js';
import { DomainError, type Problem } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { canonicalJson, type JsonObject } from '../kernel/json.js';
import { traceParent } from '../kernel/tracing.js';
import type { Registry, RegisteredEventType } from '../registry/registry.js';
import { payloadProblems } from './event-payload.js';
import type { ReceivedEvent } from './event.entity.js';
import type { EventStore } from './event.store.js';
import type { TriggerWakeups } from './trigger-queue.js';

export const MAX_EVENTS_AT_ONCE = 500;
const MAX_DEDUPE_KEY_LENGTH = 500;

/** An event as it comes, by whatever way. */
export interface IncomingEvent {
  readonly type: string;
  readonly payload: unknown;
  /** Default: what the payload says, else the moment of its arrival. */
  readonly occurredAt?: Date | undefined;
  /** Default: what the event type takes for the identity of such an event. */
  readonly dedupeKey?: string | undefined;
}

export interface AcceptedEvent {
  readonly event: ReceivedEvent;
  /** The event was received before; `event` is that one. */
  readonly isDuplicate: boolean;
}

interface Deps {
  readonly events: EventStore;
  readonly registry: Registry;
  readonly wakeups: TriggerWakeups;
}

interface Candidate {
  readonly event: ReceivedEvent;
  /** Its sender named its identity, and is told when that names another event. */
  readonly isKeyGiven: boolean;
}

/** The one way into the table of events: checked, kept once, and handed to the triggers in the same transaction. */
export class EventIntake {
  constructor(private readonly deps: Deps) {}

  /** What is wrong with the events, all of it; nothing is stored then. `path` is where their list stands. */
  problemsOf(incoming: readonly IncomingEvent[], path: Problem['path']): Problem[] {
    if (incoming.length === 0 || incoming.length > MAX_EVENTS_AT_ONCE) return [{ path, message: `Send 1 to ${MAX_EVENTS_AT_ONCE} events at once.` }];
    return incoming.flatMap((event, index) => this.problemsOfOne(event, [...path, index]));
  }

  async accept(tx: Tx, incoming: readonly IncomingEvent[], source: string, path: Problem['path']): Promise<AcceptedEvent[]> {
    const receivedAt = new Date();
    const candidates = incoming.map((event) => this.toCandidate(event, source, receivedAt));
    const fresh = await this.deps.events.insertNew(tx, candidates.map(({ event }) => event));
    const accepted = await this.withFirstOnes(tx, candidates, fresh);
    refuseReusedKeys(candidates, accepted, path);
    const events = accepted.filter(({ isDuplicate }) => !isDuplicate).map(({ event }) => event);
    if (events.length === 0) return accepted;
    const awaited = await this.deps.events.awaitedTypes(tx, [...new Set(events.map(({ eventType }) => eventType))]);
    await this.deps.wakeups.match(tx, events.filter(({ eventType }) => awaited.has(eventType)).map(({ id }) => id));
    return accepted;
  }

  private problemsOfOne({ type, payload, occurredAt, dedupeKey }: IncomingEvent, path: Problem['path']): Problem[] {
    const problems = payloadProblems(payload, [...path, 'payload']);
    if (!this.deps.registry.eventType(type)) problems.push({ path: [...path, 'type'], message: `There is no event type "${type.slice(0, 80)}"; the query eventTypes lists those there are.` });
    if (occurredAt && !isTimeUsable(occurredAt)) problems.push({ path: [...path, 'occurredAt'], message: 'occurredAt lies between the years 1970 and 9999.' });
    if (dedupeKey !== undefined && !isKeyUsable(dedupeKey)) {
      problems.push({ path: [...path, 'dedupeKey'], message: `A dedupeKey has 1 to ${MAX_DEDUPE_KEY_LENGTH} characters, none of them a control character or half of a surrogate pair.` });
    }
    return problems;
  }

  private toCandidate({ type, payload, occurredAt, dedupeKey }: IncomingEvent, source: string, receivedAt: Date): Candidate {
    const eventType = this.deps.registry.eventType(type);
    if (!eventType) throw new Error(`An event of the type ${type} was not refused.`);
    const content = payload as JsonObject;
    const event: ReceivedEvent = {
      id: newId('event'),
      eventType: type,
      source,
      occurredAt: occurredAt ?? toldTime(eventType, content) ?? receivedAt,
      receivedAt,
      payload: content,
      traceParent: traceParent(),
      dedupeKey: dedupeKey ?? ownKey(eventType, content),
    };
    return { event, isKeyGiven: dedupeKey !== undefined };
  }

  private async withFirstOnes(tx: Tx, candidates: readonly Candidate[], fresh: ReadonlySet<string>): Promise<AcceptedEvent[]> {
    const keys = candidates.flatMap(({ event: { id, eventType, dedupeKey } }) => (fresh.has(id) || dedupeKey === null ? [] : [{ eventType, dedupeKey }]));
    const first = new Map((await this.deps.events.findByKeys(tx, keys)).map((event) => [`${event.eventType} ${event.dedupeKey}`, event]));
    return candidates.map(({ event }) => {
      if (fresh.has(event.id)) return { event, isDuplicate: false };
      const known = first.get(`${event.eventType} ${event.dedupeKey}`);
      if (!known) throw new Error('An event was neither stored nor found.');
      return { event: known, isDuplicate: true };
    });
  }
}

/** When a payload says that it happened; undefined when it tells no time of use. */
export function toldTime({ definition }: RegisteredEventType, payload: JsonObject): Date | undefined {
  const told = definition.occurredAt(payload);
  const at = new Date(told ?? Number.NaN);
  return isTimeUsable(at) ? at : undefined;
}

/** JavaScript knows times that PostgreSQL does not, and no event is so old. */
function isTimeUsable(at: Date): boolean {
  return at.getTime() >= 0 && at.getUTCFullYear() <= 9_999;
}

/** What a payload tells of its identity; null: nothing of use. A provider's ids are short; what is longer is no identity. */
export function ownKey({ definition }: RegisteredEventType, payload: JsonObject): string | null {
  const key = definition.dedupeKey(payload);
  return key !== undefined && isKeyUsable(key) ? key : null;
}

function isKeyUsable(key: string): boolean {
  return key.length > 0 && key.length <= MAX_DEDUPE_KEY_LENGTH && !/\p{Cc}/u.test(key) && key.isWellFormed();
}

function refuseReusedKeys(candidates: readonly Candidate[], accepted: readonly AcceptedEvent[], path: Problem['path']): void {
  const problems = candidates.flatMap(({ event, isKeyGiven }, index): Problem[] => {
    const first = accepted[index]?.event;
    if (!isKeyGiven || !first || canonicalJson(first.payload) === canonicalJson(event.payload)) return [];
    return [{ path: [...path, index, 'dedupeKey'], message: `The dedupeKey "${event.dedupeKey}" was used before for another event, ${first.id}.` }];
  });
  if (problems.length === 0) return;
  throw new DomainError('IDEMPOTENCY_CONFLICT', `${problems.map(({ message }) => message).join(' ')} Use a new key for a new event.`, problems);
}
