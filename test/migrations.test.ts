import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../ormconfig.js';
import { migrateDatabase } from '../src/db/migrate.js';
import { createTestDatabase } from './support/test-database.js';

const FILE = path.join(import.meta.dirname, '../migrations/snapshot.sql');

/** The shape of our tables as PostgreSQL tells it. */
const COLUMNS = `
  select c.relname as table, format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
    coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migration' order by c.relname, a.attnum`;
const CONSTRAINTS = `
  select conrelid::regclass::text as table, format('  constraint %I %s', conname, pg_get_constraintdef(oid)) as line
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid::regclass::text <> 'schema_migration' order by 1, conname`;
const INDEXES = `
  select indexdef as line from pg_indexes i where schemaname = 'public' and tablename <> 'schema_migration'
  and not exists (select from pg_constraint where conname = i.indexname) order by tablename, indexname`;

async function describe(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const read = async (sql: string) => (await client.query<{ table: string; line: string }>(sql)).rows;
  const rows = [...(await read(COLUMNS)), ...(await read(CONSTRAINTS))];
  const indexes = await read(INDEXES);
  await client.end();
  const tables = [...new Set(rows.map(({ table }) => table))];
  const shapes = tables.map((table) => `create table ${table} (\n${rows.filter((row) => row.table === table).map(({ line }) => line).join(',\n')}\n);`);
  return `${[...shapes, ...indexes.map(({ line }) => `${line};`)].join('\n\n')}\n`;
}

test('the migrations lead from nothing to the checked-in shape (UPDATE_SNAPSHOT=1 rewrites it)', async () => {
  await using database = await createTestDatabase({ isEmpty: true });
  await migrateDatabase(database.url);
  const shape = await describe(database.url);
  if (process.env['UPDATE_SNAPSHOT']) writeFileSync(FILE, shape);
  expect(shape).toBe(readFileSync(FILE, 'utf8'));
});

test('the entities are what the migrations made', async () => {
  await using database = await createTestDatabase();
  const source = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  await source.destroy();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

test('every migration can be taken back', async () => {
  await using database = await createTestDatabase({ isEmpty: true });
  await migrateDatabase(database.url);
  const source = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
  for (const _migration of source.migrations) await source.undoLastMigration();
  await source.destroy();
  expect(await describe(database.url)).toBe('\n');
  await migrateDatabase(database.url);
});

test('many processes may migrate at the same instant, and again later', async () => {
  await using database = await createTestDatabase({ isEmpty: true });
  await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url)));
  await migrateDatabase(database.url);
  expect(await describe(database.url)).toBe(readFileSync(FILE, 'utf8'));
});
