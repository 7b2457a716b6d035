import { In } from 'typeorm';
import type { Limits } from '../auth/limits.js';
import { idsWithin, narrow } from '../auth/limits.store.js';
import { insertNew, upsert, type Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { Playbook } from '../playbooks/playbook.entity.js';
import { playbookWithin } from '../playbooks/playbook.store.js';
import { firingWithin } from './firing.store.js';
import { TriggerPlaybook } from './trigger-playbook.entity.js';
import { Trigger } from './trigger.entity.js';

export interface TriggerFilter {
  readonly active?: boolean | undefined;
  readonly eventType?: string | undefined;
}

/** A trigger is within limits when it starts a playbook that is, or has fired one. */
const WITHIN = `exists (select from trigger_playbook link where link.trigger_id = trigger.id and ${playbookWithin('link.playbook_id')})
  or exists (select from trigger_firing firing where firing.trigger_id = trigger.id and ${firingWithin('firing')})`;

export class TriggerStore {
  async save(tx: Tx, trigger: Trigger): Promise<void> {
    await upsert(tx, Trigger, trigger, ['id']);
  }

  /** A trigger that is there, locked until the transaction ends. */
  lock(tx: Tx, id: string): Promise<Trigger | null> {
    return tx.createQueryBuilder(Trigger, 'trigger').setLock('pessimistic_write').where({ id }).andWhere('deleted_at is null').getOne();
  }

  /** Deleted ones too: their firings and runs stay readable. */
  findByIds(tx: Tx, ids: readonly string[]): Promise<Trigger[]> {
    return tx.findBy(Trigger, { id: In([...ids]) });
  }

  /** Those of the ids that are within the limits. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, Trigger, 'trigger', ids, limits, WITHIN);
  }

  page(tx: Tx, { active, eventType, limits }: TriggerFilter & { limits: Limits }, request: PageRequest): Promise<Page<Trigger>> {
    const query = tx.createQueryBuilder(Trigger, 'trigger').where('trigger.deleted_at is null');
    if (active !== undefined) query.andWhere('trigger.active = :active', { active });
    if (eventType !== undefined) query.andWhere('trigger.event_type = :eventType', { eventType });
    return readPage(narrow(query, limits, WITHIN), request);
  }

  /** The active triggers of a type by id and revision: what they say is read only where it is not known yet. */
  activeOfType(tx: Tx, eventType: string): Promise<{ id: string; revision: number }[]> {
    return tx.query('select id, revision from trigger where event_type = $1 and active and deleted_at is null order by id', [eventType]);
  }

  /** Locks the triggers whose schedule is due; those that another process is at are left to it. */
  lockDue(tx: Tx, now: Date, limit: number): Promise<Trigger[]> {
    return tx
      .createQueryBuilder(Trigger, 'trigger')
      .setLock('pessimistic_write')
      .setOnLocked('skip_locked')
      .where('trigger.next_due_at <= :now and trigger.active and trigger.deleted_at is null', { now })
      .orderBy('trigger.next_due_at', 'ASC')
      .limit(limit)
      .getMany();
  }

  async setNextDueAt(tx: Tx, id: string, nextDueAt: Date | null): Promise<void> {
    await tx.update(Trigger, { id }, { nextDueAt });
  }

  /** Links what is not linked yet. */
  async link(tx: Tx, links: readonly TriggerPlaybook[]): Promise<void> {
    await insertNew(tx, TriggerPlaybook, links);
  }

  /** Returns whether it was linked. */
  async unlink(tx: Tx, triggerId: string, playbookId: string): Promise<boolean> {
    const { affected } = await tx.delete(TriggerPlaybook, { triggerId, playbookId });
    return (affected ?? 0) > 0;
  }

  /** The playbooks that triggers start, in the order in which they were linked; deleted ones are not linked any more. */
  async playbooksOf(tx: Tx, triggerIds: readonly string[]): Promise<{ triggerId: string; playbook: Playbook }[]> {
    const links = await tx.find(TriggerPlaybook, { where: { triggerId: In([...triggerIds]) }, order: { linkedAt: 'ASC', playbookId: 'ASC' } });
    const playbooks = new Map((await tx.findBy(Playbook, { id: In([...new Set(links.map(({ playbookId }) => playbookId))]) })).map((playbook) => [playbook.id, playbook]));
    return links.flatMap(({ triggerId, playbookId }) => {
      const playbook = playbooks.get(playbookId);
      return playbook?.deletedAt === null ? [{ triggerId, playbook }] : [];
    });
  }

  /** The triggers that start playbooks. */
  async triggersOf(tx: Tx, playbookIds: readonly string[]): Promise<{ playbookId: string; trigger: Trigger }[]> {
    const links = await tx.find(TriggerPlaybook, { where: { playbookId: In([...playbookIds]) }, order: { linkedAt: 'ASC', triggerId: 'ASC' } });
    const triggers = new Map((await this.findByIds(tx, [...new Set(links.map(({ triggerId }) => triggerId))])).map((trigger) => [trigger.id, trigger]));
    return links.flatMap(({ triggerId, playbookId }) => {
      const trigger = triggers.get(triggerId);
      return trigger?.deletedAt === null ? [{ playbookId, trigger }] : [];
    });
  }
}
