import type { Pool, PoolClient } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type DataSource, type EntityManager, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';

/** A statement that is sent with a commit. */
export interface Statement {
  /** By which PostgreSQL knows it again in the same session, and keeps its plan. */
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A transaction, or the pool itself for reads that need none: the first parameter of everything in a store. */
export type Tx = EntityManager;

/** The database: a pool of connections, and transactions on it. */
export class Database {
  private readonly lastStatements = new WeakMap<Tx, (() => Statement)[]>();

  private constructor(
    /** Leads to PostgreSQL itself, where the pool may lead to a pooler: for sessions that live on. */
    readonly directUrl: string,
    private readonly source: DataSource,
    /** Whether the pool's sessions are sessions of PostgreSQL: a pooler would look for a plan in a session that has none. */
    private readonly keepsPlans: boolean,
  ) {}

  static async connect(source: DataSource, directUrl: string): Promise<Database> {
    await source.initialize();
    const { url } = source.options as { url?: string };
    return new Database(directUrl, source, url === directUrl);
  }

  /** For reads outside a transaction. */
  get reader(): Tx {
    return this.source.manager;
  }

  /**
   * Runs the work in one transaction: all of it is committed, or none. A way to the database and back costs more than most
   * statements do, so the first statement goes with the begin, and the last ones go with the commit.
   */
  async transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      // Not by the runner's own method, which waits for the answer; but it has to know, or it refuses to lock.
      const begun = client.query('START TRANSACTION');
      Object.assign(runner, { isTransactionActive: true });
      try {
        const [result] = await Promise.all([this.withLastStatements(runner.manager, work), begun]);
        await this.commitWith(client, result.last);
        return result.value;
      } catch (error) {
        // What went wrong before is what is told; a session that cannot even roll back is broken, and the pool closes it.
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  /** Has a statement sent with the commit: what is told while the transaction runs is written in one. */
  beforeCommit(tx: Tx, statement: () => Statement): void {
    const lastStatements = this.lastStatements.get(tx);
    if (!lastStatements) throw new Error('This is no transaction of Database.transact.');
    lastStatements.push(statement);
  }

  private async withLastStatements<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<{ value: T; last: Statement[] }> {
    const statements: (() => Statement)[] = [];
    this.lastStatements.set(tx, statements);
    const value = await work(tx);
    return { value, last: statements.map((statement) => statement()) };
  }

  /** All at once, in their order: when one of them fails, PostgreSQL rolls back in place of the commit. */
  private async commitWith(client: PoolClient, statements: readonly Statement[]): Promise<void> {
    const sent = statements.map(({ name, sql, parameters }) => client.query({ ...(this.keepsPlans && { name }), text: sql, values: [...parameters] }));
    await Promise.all([...sent, client.query('COMMIT')]);
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
