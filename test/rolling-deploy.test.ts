import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { createTestDatabase } from './support/test-database.js';

/**
 * While a new version is rolled out, processes of the release before go on against the schema that the new one has made. What
 * they say to the database was written down when that release was made; docs/operations.md tells how.
 */
const FILE = path.join(import.meta.dirname, '../migrations/statements-of-the-last-release.json');
const STATEMENTS = JSON.parse(readFileSync(FILE, 'utf8')) as string[];

/** What PostgreSQL has against each of the statements, when there is something. */
async function complaintsOf(client: pg.Client, statements: readonly string[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const text of statements) {
    await client.query('begin');
    await client.query(`prepare of_the_last_release as ${text}`).catch(({ message }: Error) => complaints.push(`${message}: ${text}`));
    await client.query('rollback');
    await client.query('deallocate all');
  }
  return complaints;
}

/** Columns that must be given, by table, that a new row does not get by itself. */
async function demanded(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public' and is_nullable = 'NO' and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'`,
  );
  return new Map([...Map.groupBy(rows, ({ table }) => table)].map(([table, columns]) => [table, columns.map(({ column }) => column)]));
}

function insertOf(text: string): { table: string; columns: string[] } | undefined {
  const [, table, list] = /insert into "?(\w+)"?(?: as \w+)?\s*\(([^)]*)\)/i.exec(text) ?? [];
  return table === undefined || list === undefined ? undefined : { table, columns: list.split(',').map((column) => column.trim().replaceAll('"', '')) };
}

test('processes of the last release are understood by the schema of this one', async () => {
  expect(STATEMENTS.length).toBeGreaterThan(100);
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    expect(await complaintsOf(client, STATEMENTS)).toEqual([]);
  } finally {
    await client.end();
  }
});

test('rows that the last release writes are whole in the schema of this one', async () => {
  const inserts = STATEMENTS.flatMap((text) => insertOf(text) ?? []);
  expect(new Set(inserts.map(({ table }) => table)).size).toBeGreaterThan(15);
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const needed = await demanded(client);
  await client.end();
  const missing = inserts.flatMap(({ table, columns }) => (needed.get(table) ?? []).filter((column) => !columns.includes(column)).map((column) => `${table}.${column}`));
  expect([...new Set(missing)]).toEqual([]);
});

test('a column that is dropped, renamed or demanded anew would be found', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('alter table run rename column reason to why');
    expect(await complaintsOf(client, STATEMENTS)).toContainEqual(expect.stringMatching(/^column .*"?reason"? .*does not exist/));
    await client.query('alter table run add column region text not null');
    expect((await demanded(client)).get('run')).toContain('region');
  } finally {
    await client.end();
  }
});
