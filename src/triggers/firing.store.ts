import { In } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { idsWithin, narrow } from '../auth/limits.store.js';
import { insertAll, type Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { playbookWithin } from '../playbooks/playbook.store.js';
import { runWithin } from '../runs/run.store.js';
import { TriggerFiring } from './trigger-firing.entity.js';

/** SQL that holds of a firing within limits: its playbook is, and its run when there is one. What came to nothing before playbooks were looked at concerns nobody in particular. */
export function firingWithin(firing: string): string {
  return `${playbookWithin(`${firing}.playbook_id`)} and (${firing}.run_id is null or exists (select from run fired where fired.id = ${firing}.run_id and ${runWithin('fired')}))`;
}

export class FiringStore {
  async insert(tx: Tx, firings: readonly TriggerFiring[]): Promise<void> {
    await insertAll(tx, TriggerFiring, firings);
  }

  hasFired(tx: Tx, eventId: string, triggerId: string): Promise<boolean> {
    return tx.existsBy(TriggerFiring, { eventId, triggerId });
  }

  /** Until the transaction ends nobody else decides about these targets of the trigger. In one order for all, so that nobody waits for each other. */
  async lockTargets(tx: Tx, triggerId: string, targetIds: readonly string[]): Promise<void> {
    for (const targetId of [...new Set(targetIds)].sort()) await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [`${triggerId} ${targetId}`]);
  }

  /** Those of the targets for which the trigger has started something since a moment. */
  async startedSince(tx: Tx, triggerId: string, targetIds: readonly string[], since: Date): Promise<ReadonlyMap<string, Date>> {
    const rows = await tx.query<{ targetId: string; at: Date }[]>(
      `select target_id as "targetId", max(at) as at from trigger_firing where outcome = 'STARTED' and trigger_id = $1 and target_id = any($2) and at > $3 group by target_id`,
      [triggerId, [...targetIds], since],
    );
    return new Map(rows.map(({ targetId, at }) => [targetId, at]));
  }

  ofEvents(tx: Tx, eventIds: readonly string[]): Promise<TriggerFiring[]> {
    return tx.find(TriggerFiring, { where: { eventId: In([...eventIds]) }, order: { id: 'ASC' } });
  }

  /** The newest of each trigger that are within the limits. */
  lastOf(tx: Tx, triggerIds: readonly string[], limits: Limits, count: number): Promise<TriggerFiring[]> {
    // As for the last runs of playbooks: limits are looked at firing by firing, from the newest on.
    const own = narrow(tx.createQueryBuilder(TriggerFiring, 'own').select('own.id', 'id').where('own.trigger_id = asked.id'), limits, `select ${firingWithin('own')}`);
    const newest = own.orderBy('own.id', 'DESC').limit(count);
    return tx
      .createQueryBuilder(TriggerFiring, 'firing')
      .where(`firing.id in (select newest.id from unnest(cast(:triggerIds as text[])) as asked(id) cross join lateral (${newest.getQuery()}) newest)`)
      .setParameters({ ...newest.getParameters(), triggerIds: [...triggerIds] })
      .orderBy('firing.id', 'DESC')
      .getMany();
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<TriggerFiring[]> {
    return tx.findBy(TriggerFiring, { id: In([...ids]) });
  }

  /** Those of the ids that are within the limits. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, TriggerFiring, 'firing', ids, limits, firingWithin('firing'));
  }

  page(tx: Tx, triggerId: string, limits: Limits, request: PageRequest): Promise<Page<TriggerFiring>> {
    const query = tx.createQueryBuilder(TriggerFiring, 'firing').where('firing.trigger_id = :triggerId', { triggerId });
    return readPage(narrow(query, limits, firingWithin('firing')), request);
  }
}
