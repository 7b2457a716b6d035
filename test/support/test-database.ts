import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { TEMPLATE } from './template.js';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** For what no client of the API could do or see. */
  query(sql: string, parameters?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** A database of its own, migrated and empty; gone at the end of the block that `await using` it. */
export async function createTestDatabase(options: { isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onCluster(`create database ${name} template ${options.isEmpty ? 'template0' : TEMPLATE}`);
  const url = clusterUrl().replace(/\/[^/]*$/, `/${name}`);
  return {
    url,
    query: (sql, parameters = []) => run(url, sql, parameters),
    [Symbol.asyncDispose]: () => onCluster(`drop database ${name} with (force)`),
  };
}

async function onCluster(sql: string): Promise<void> {
  await run(clusterUrl(), sql);
}

async function run(url: string, sql: string, parameters: readonly unknown[] = []): Promise<{ rows: Record<string, unknown>[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql, [...parameters]);
  } finally {
    await client.end();
  }
}

function clusterUrl(): string {
  const url = process.env['TEST_CLUSTER_URL'];
  if (url === undefined) throw new Error('The test cluster is not running: start the tests by npm test.');
  return url;
}
