import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { refuseIfAny, type Problem } from '../kernel/errors.js';
import { givenOf } from '../kernel/json.js';

const DEFAULT_PAGE = 25;
const LARGEST_PAGE = 100;

/** Which part of a list is asked for: the first ones after a cursor, or the last ones before one. Clients send null for what they leave out, too. */
export interface PageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** How many entries the whole list has. Counted when it is asked for: that takes the longer the more there are. */
  readonly countAll: () => Promise<number>;
}

/** A cursor tells nothing but where it points; clients are not to build their own. */
export function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/**
 * Reads a page of a list, newest first, by key and never by offset: pages neither skip nor repeat. Ids sort by time; where
 * another column tells the order, cursors still are ids.
 */
export async function readPage<Row extends ObjectLiteral & { id: string }>(query: SelectQueryBuilder<Row>, request: PageRequest, sortedBy = 'id'): Promise<Page<Row>> {
  const { size, isBackward, after, before } = checkRequest(request);
  const all = query.clone();
  const column = `${query.alias}.${sortedBy}`;
  const placeOf = (cursor: string): string => (sortedBy === 'id' ? `:${cursor}` : `(select ${sortedBy} from ${query.expressionMap.mainAlias?.metadata.tableName} where id = :${cursor})`);
  if (after !== undefined) query.andWhere(`${column} < ${placeOf('after')}`, { after });
  if (before !== undefined) query.andWhere(`${column} > ${placeOf('before')}`, { before });
  const found = await query.orderBy(column, isBackward ? 'ASC' : 'DESC').limit(size + 1).getMany();
  const rows = found.slice(0, size);
  const hasMore = found.length > size;
  return {
    rows: isBackward ? rows.reverse() : rows,
    hasNextPage: isBackward ? before !== undefined : hasMore,
    hasPreviousPage: isBackward ? hasMore : after !== undefined,
    countAll: () => all.getCount(),
  };
}

function checkRequest(request: PageRequest) {
  const { first, after, last, before } = givenOf(request);
  const problems: Problem[] = [];
  for (const [name, value] of [['first', first], ['last', last]] as const) {
    if (value !== undefined && (value < 1 || value > LARGEST_PAGE)) problems.push({ path: [name], message: `${name} is a number from 1 to ${LARGEST_PAGE}.` });
  }
  if (first !== undefined && last !== undefined) problems.push({ path: ['last'], message: 'Ask for the first ones or for the last ones, not both.' });
  const cursors = { after: readCursor('after', after, problems), before: readCursor('before', before, problems) };
  refuseIfAny(problems);
  return { size: last ?? first ?? DEFAULT_PAGE, isBackward: last !== undefined, ...cursors };
}

function readCursor(name: string, cursor: string | undefined, problems: Problem[]): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!/^[a-z]+_[a-z0-9]{26}$/.test(id)) problems.push({ path: [name], message: `${name} is not a cursor of this API: pass one that a page gave you.` });
  return id;
}
