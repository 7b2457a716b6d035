import { In } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { idsWithin, narrow } from '../auth/limits.store.js';
import type { Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { firingWithin } from './firing.store.js';
import { ReceivedEvent } from './event.entity.js';
import { Trigger } from './trigger.entity.js';

/** An event is within limits when it has fired a playbook that is. */
const WITHIN = `exists (select from trigger_firing firing where firing.event_id = event.id and ${firingWithin('firing')})`;

export class EventStore {
  /** Writes the events that are not there yet; returns the ids of those. In one order for all, so that two who bring the same events do not wait for each other. */
  async insertNew(tx: Tx, events: readonly ReceivedEvent[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }[]>(
      `insert into event (id, event_type, source, occurred_at, received_at, payload, dedupe_key, trace_parent)
       select id, "eventType", source, "occurredAt", "receivedAt", payload, "dedupeKey", "traceParent"
       from jsonb_to_recordset($1::jsonb) as e(id text, "eventType" text, source text, "occurredAt" timestamptz, "receivedAt" timestamptz, payload jsonb, "dedupeKey" text, "traceParent" text)
       order by "eventType", "dedupeKey", id
       on conflict (event_type, dedupe_key) do nothing
       returning id`,
      [JSON.stringify(events)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<ReceivedEvent[]> {
    return tx.findBy(ReceivedEvent, { id: In([...ids]) });
  }

  /** Those of the ids that are within the limits. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, ReceivedEvent, 'event', ids, limits, WITHIN);
  }

  async findByKeys(tx: Tx, keys: readonly { eventType: string; dedupeKey: string }[]): Promise<ReceivedEvent[]> {
    if (keys.length === 0) return [];
    const byType = Map.groupBy(keys, ({ eventType }) => eventType);
    return tx.findBy(ReceivedEvent, [...byType].map(([eventType, same]) => ({ eventType, dedupeKey: In(same.map(({ dedupeKey }) => dedupeKey)) })));
  }

  page(tx: Tx, { eventType, limits }: { eventType?: string | undefined; limits: Limits }, request: PageRequest): Promise<Page<ReceivedEvent>> {
    const query = tx.createQueryBuilder(ReceivedEvent, 'event');
    if (eventType !== undefined) query.where('event.event_type = :eventType', { eventType });
    return readPage(narrow(query, limits, WITHIN), request);
  }

  /** Which of the types have a trigger that is active. */
  async awaitedTypes(tx: Tx, eventTypes: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.createQueryBuilder(Trigger, 'trigger').select('distinct trigger.event_type', 'type').where('trigger.active and trigger.deleted_at is null and trigger.event_type in (:...eventTypes)', { eventTypes: [...eventTypes] }).getRawMany<{ type: string }>();
    return new Set(rows.map(({ type }) => type));
  }

  /** Events of a type that were received in a time, the oldest first, in parts: the next part begins behind the last id. */
  async receivedBetween(tx: Tx, eventType: string, from: Date, to: Date, afterId: string, limit: number): Promise<ReceivedEvent[]> {
    return tx
      .createQueryBuilder(ReceivedEvent, 'event')
      .where('event.event_type = :eventType and event.received_at >= :from and event.received_at < :to and event.id > :afterId', { eventType, from, to, afterId })
      .orderBy('event.id', 'ASC')
      .limit(limit)
      .getMany();
  }

  /** Deletes at most so many events that are older and started no run; their firings go with them. Returns how many. */
  async deleteReceivedBefore(tx: Tx, before: Date, limit: number): Promise<number> {
    const rows = await tx.query<unknown[]>(
      `with old as (
         select id from event where received_at < $1 and not exists (select from run where run.event_id = event.id)
         order by received_at limit $2 for update skip locked
       ), deleted as (delete from event using old where event.id = old.id returning event.id)
       select id from deleted`,
      [before, limit],
    );
    return rows.length;
  }
}
