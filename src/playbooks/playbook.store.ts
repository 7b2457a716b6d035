import { In } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import type { Limits } from '../auth/limits.js';
import { idsWithin, narrow } from '../auth/limits.store.js';
import type { ActionsInUse } from '../connections/actions-in-use.js';
import type { ConnectionsOfPlaybook } from '../connections/target-search.service.js';
import { insertAll, type Tx } from '../db/database.js';
import { readPage, type Page, type PageRequest } from '../db/page.js';
import { PlaybookRevision } from './playbook-revision.entity.js';
import { PlaybookStep } from './playbook-step.entity.js';
import { Playbook } from './playbook.entity.js';

export interface PlaybookFilter {
  readonly search?: string | undefined;
  readonly active?: boolean | undefined;
}

/** SQL that holds of a playbook within limits: they name it, and none of its steps acts by a connection beyond them. `id` is the column with its id. */
export function playbookWithin(id: string): string {
  return `${id} is not null and (cast(:limitPlaybookIds as text[]) is null or ${id} = any(cast(:limitPlaybookIds as text[])))
    and not exists (select from playbook_step used where used.playbook_id = ${id} and used.connection_id <> all(cast(:limitConnectionIds as text[])))`;
}

export class PlaybookStore {
  /** Writes a playbook with all its steps, and the revision that this save makes. */
  async save(tx: Tx, playbook: Playbook, steps: readonly PlaybookStep[], savedBy: ActorReference): Promise<void> {
    await tx.upsert(Playbook, { ...playbook }, ['id']);
    await tx.delete(PlaybookStep, { playbookId: playbook.id });
    await insertAll(tx, PlaybookStep, steps);
    const { name, description, active, requiresReason, id, revision, updatedAt } = playbook;
    await insertAll(tx, PlaybookRevision, [{ playbookId: id, revision, content: { name, description, active, requiresReason, steps }, savedBy, savedAt: updatedAt }]);
  }

  async markDeleted(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.update(Playbook, { id }, { deletedAt: at, active: false });
  }

  /** A playbook that is there, locked until the transaction ends. */
  lock(tx: Tx, id: string): Promise<Playbook | null> {
    return tx.createQueryBuilder(Playbook, 'playbook').setLock('pessimistic_write').where({ id }).andWhere('deleted_at is null').getOne();
  }

  /** A playbook that is there, kept from changing until the transaction ends; many runs may start from it at once. */
  lockForReading(tx: Tx, id: string): Promise<Playbook | null> {
    return tx.createQueryBuilder(Playbook, 'playbook').setLock('pessimistic_read').where({ id }).andWhere('deleted_at is null').getOne();
  }

  /** Deleted ones too: their runs stay readable. */
  findByIds(tx: Tx, ids: readonly string[]): Promise<Playbook[]> {
    return tx.findBy(Playbook, { id: In([...ids]) });
  }

  /** Those of the ids that are within the limits. */
  within(tx: Tx, limits: Limits, ids: readonly string[]): Promise<readonly string[]> {
    return idsWithin(tx, Playbook, 'playbook', ids, limits, playbookWithin('playbook.id'));
  }

  /** The steps that were not active in a revision. */
  async inactiveKeys(tx: Tx, playbookId: string, revision: number): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ key: string }[]>(
      `select step->>'key' as key from playbook_revision, jsonb_array_elements(content->'steps') as step
       where playbook_id = $1 and revision = $2 and not (step->>'active')::boolean`,
      [playbookId, revision],
    );
    return new Set(rows.map(({ key }) => key));
  }

  findSteps(tx: Tx, ids: readonly string[]): Promise<PlaybookStep[]> {
    return tx.findBy(PlaybookStep, { id: In([...ids]) });
  }

  stepsOf(tx: Tx, playbookIds: readonly string[]): Promise<PlaybookStep[]> {
    return tx.find(PlaybookStep, { where: { playbookId: In([...playbookIds]) }, order: { playbookId: 'ASC', position: 'ASC' } });
  }

  page(tx: Tx, { search, active, limits }: PlaybookFilter & { limits: Limits }, request: PageRequest): Promise<Page<Playbook>> {
    const query = tx.createQueryBuilder(Playbook, 'playbook').where('playbook.deleted_at is null');
    if (active !== undefined) query.andWhere('playbook.active = :active', { active });
    if (search) {
      const pattern = `%${search.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
      query.andWhere('(playbook.name ilike :pattern or playbook.description ilike :pattern)', { pattern });
    }
    return readPage(narrow(query, limits, playbookWithin('playbook.id')), request);
  }

  /** Which actions are carried out by a connection, over all playbooks that are there. */
  readonly actionsInUse: ActionsInUse = (tx, connectionIds) =>
    tx.query(
      `select distinct step.connection_id as "connectionId", step.action_id as "actionId", playbook.name as "playbookName"
       from playbook_step step join playbook on playbook.id = step.playbook_id
       where playbook.deleted_at is null and step.connection_id = any($1)`,
      [[...connectionIds]],
    );

  /** The connections that the steps of a playbook use; undefined when there is no such playbook. */
  readonly connectionsOf: ConnectionsOfPlaybook = async (tx, playbookId, limits) => {
    const [playbook] = await this.findByIds(tx, await this.within(tx, limits, [playbookId]));
    if (playbook?.deletedAt !== null) return undefined;
    const steps = await this.stepsOf(tx, [playbookId]);
    return [...new Set(steps.flatMap(({ connectionId }) => connectionId ?? []))];
  };

  /** The playbooks whose steps use a connection. */
  async usingConnections(tx: Tx, connectionIds: readonly string[], limits: Limits): Promise<{ connectionId: string; playbook: Playbook }[]> {
    const steps = await tx.find(PlaybookStep, { where: { connectionId: In([...connectionIds]) }, order: { playbookId: 'ASC' } });
    const playbooks = await this.findByIds(tx, await this.within(tx, limits, [...new Set(steps.map((step) => step.playbookId))]));
    const uses = new Set(steps.map((step) => `${step.connectionId} ${step.playbookId}`));
    return [...uses].flatMap((use) => {
      const [connectionId = '', playbookId] = use.split(' ');
      const playbook = playbooks.find(({ id, deletedAt }) => id === playbookId && deletedAt === null);
      return playbook ? [{ connectionId, playbook }] : [];
    });
  }
}
