import { In, IsNull, LessThan } from 'typeorm';
import { insertAll, upsert, type Tx } from '../db/database.js';
import { EventSource } from './event-source.entity.js';
import { HookDelivery } from './hook-delivery.entity.js';
import { HookRefusal } from './hook-refusal.entity.js';

export class EventSourceStore {
  async insert(tx: Tx, source: EventSource): Promise<void> {
    await insertAll(tx, EventSource, [source]);
  }

  async save(tx: Tx, source: EventSource): Promise<void> {
    await upsert(tx, EventSource, source, ['id']);
  }

  all(tx: Tx): Promise<EventSource[]> {
    return tx.find(EventSource, { where: { deletedAt: IsNull() }, order: { id: 'ASC' } });
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<EventSource[]> {
    return tx.findBy(EventSource, { id: In([...ids]), deletedAt: IsNull() });
  }

  findByName(tx: Tx, name: string): Promise<EventSource | null> {
    return tx.findOneBy(EventSource, { name, deletedAt: IsNull() });
  }

  /** A source that is there, locked until the transaction ends. */
  lock(tx: Tx, id: string): Promise<EventSource | null> {
    return tx.createQueryBuilder(EventSource, 'source').setLock('pessimistic_write').where({ id }).andWhere('deleted_at is null').getOne();
  }

  async markReceived(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.update(EventSource, { id }, { lastReceivedAt: at });
  }

  /** Returns false when this very request was accepted before. */
  async insertDelivery(tx: Tx, { sourceId, signatureHash, receivedAt }: HookDelivery): Promise<boolean> {
    const rows = await tx.query<unknown[]>('insert into hook_delivery (source_id, signature_hash, received_at) values ($1, $2, $3) on conflict do nothing returning source_id', [sourceId, signatureHash, receivedAt]);
    return rows.length > 0;
  }

  async deleteDeliveriesBefore(tx: Tx, before: Date): Promise<void> {
    await tx.delete(HookDelivery, { receivedAt: LessThan(before) });
  }

  async countRefusals(tx: Tx, counts: readonly { source: string; code: string; count: number }[], at: Date): Promise<void> {
    await tx.query(
      `insert into hook_refusal (source, code, count, last_at)
       select source, code, count, $2 from jsonb_to_recordset($1::jsonb) as c(source text, code text, count int) order by source, code
       on conflict (source, code) do update set count = hook_refusal.count + excluded.count, last_at = excluded.last_at`,
      [JSON.stringify(counts), at],
    );
  }

  refusals(tx: Tx): Promise<HookRefusal[]> {
    return tx.find(HookRefusal, { order: { source: 'ASC', code: 'ASC' } });
  }
}
