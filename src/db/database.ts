import type { Pool } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type DataSource, type EntityManager, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';

/** A transaction, or the pool itself for reads that need none: the first parameter of everything in a store. */
export type Tx = EntityManager;

/** The database: a pool of connections, and transactions on it. */
export class Database {
  private readonly lastSteps = new WeakMap<Tx, (() => Promise<void>)[]>();

  private constructor(
    /** Leads to PostgreSQL itself, where the pool may lead to a pooler: for sessions that live on. */
    readonly directUrl: string,
    private readonly source: DataSource,
  ) {}

  static async connect(source: DataSource, directUrl: string): Promise<Database> {
    await source.initialize();
    return new Database(directUrl, source);
  }

  /** For reads outside a transaction. */
  get reader(): Tx {
    return this.source.manager;
  }

  /** Runs the work in one transaction: all of it is committed, or none. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.source.transaction(async (tx) => {
      const lastSteps: (() => Promise<void>)[] = [];
      this.lastSteps.set(tx, lastSteps);
      const result = await work(tx);
      for (const step of lastSteps) await step();
      return result;
    });
  }

  /** Does something at the very end of the transaction: what was told while it ran is written in one statement. */
  beforeCommit(tx: Tx, step: () => Promise<void>): void {
    const lastSteps = this.lastSteps.get(tx);
    if (!lastSteps) throw new Error('This is no transaction of Database.transact.');
    lastSteps.push(step);
  }

  /** Reads of one moment, however long they take. */
  snapshot<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.source.transaction('REPEATABLE READ', work);
  }

  /** How the pool of connections is used now. */
  get connections(): { readonly busy: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = (this.source.driver as PostgresDriver).master as Pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}

/** Writes a whole row over the one with the same key, or as a new one. */
export async function upsert<Row extends ObjectLiteral>(tx: Tx, entity: EntityTarget<Row>, row: Row, key: readonly (keyof Row & string)[]): Promise<void> {
  await tx.upsert(entity, row, [...key]);
}

/** Inserts whole rows. TypeORM's own type for them cannot follow JSON columns, so it is told once, here. */
export async function insertAll<Row extends ObjectLiteral>(tx: Tx, entity: EntityTarget<Row>, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.insert(entity, rows as unknown as QueryDeepPartialEntity<Row>[]);
}

const ROWS_AT_ONCE = 5_000;

/** Inserts any number of whole rows by few statements: each is one JSON parameter, where plain INSERTs end at 65,535 values. Not for rows with bytes in them. */
export async function insertMany<Row extends ObjectLiteral>(tx: Tx, entity: EntityTarget<Row>, rows: readonly Row[]): Promise<void> {
  const { tableName, columns } = tx.connection.getMetadata(entity);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const part = rows.slice(from, from + ROWS_AT_ONCE).map((row) => Object.fromEntries(columns.map(({ propertyName, databaseName }) => [databaseName, row[propertyName] as unknown])));
    await tx.query(`insert into "${tableName}" (${names}) select ${names} from jsonb_populate_recordset(null::"${tableName}", $1::jsonb)`, [JSON.stringify(part)]);
  }
}

/** Inserts those of the rows that are not there yet. */
export async function insertNew<Row extends ObjectLiteral>(tx: Tx, entity: EntityTarget<Row>, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.createQueryBuilder().insert().into(entity).values(rows as unknown as QueryDeepPartialEntity<Row>[]).orIgnore().execute();
}
