import type { EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Tx } from '../db/database.js';
import { isLimited, type Limits } from './limits.js';

/**
 * Leaves only what is within the limits. The condition is SQL with the parameters :limitPlaybookIds and :limitConnectionIds,
 * which are null where there is no limit; each kind of thing has one, in its store.
 */
export function narrow<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, limits: Limits, condition: string): SelectQueryBuilder<Row> {
  if (!isLimited(limits)) return query;
  return query.andWhere(`(${condition})`, { limitPlaybookIds: limits.playbookIds, limitConnectionIds: limits.connectionIds });
}

/** Those of the ids that are within the limits. Without limits, nothing is asked of the database. */
export async function idsWithin<Row extends ObjectLiteral>(tx: Tx, entity: EntityTarget<Row>, alias: string, ids: readonly string[], limits: Limits, condition: string): Promise<readonly string[]> {
  if (!isLimited(limits) || ids.length === 0) return ids;
  const query = tx.createQueryBuilder(entity, alias).select(`${alias}.id`, 'id').where(`${alias}.id = any(:ids)`, { ids: [...ids] });
  const rows = await narrow(query, limits, condition).getRawMany<{ id: string }>();
  return rows.map(({ id }) => id);
}
