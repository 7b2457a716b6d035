import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { TEMPLATE } from './template.js';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** For what no client of the API could do or see, as the service's own role. */
  query(sql: string, parameters?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** The same as the superuser of the cluster. */
  queryAsSuperuser(sql: string, parameters?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** A database of its own, migrated and empty; gone at the end of the block that `await using` it. */
export async function createTestDatabase(options: { isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const serviceUrl = new URL(fromEnvironment('TEST_SERVICE_URL'));
  await onCluster(`create database ${name} template ${options.isEmpty ? 'template0' : TEMPLATE} owner ${serviceUrl.username}`);
  const [url, adminUrl] = [serviceUrl.href, clusterUrl()].map((server) => server.replace(/\/[^/]*$/, `/${name}`)) as [string, string];
  return {
    url,
    query: (sql, parameters = []) => run(url, sql, parameters),
    queryAsSuperuser: (sql, parameters = []) => run(adminUrl, sql, parameters),
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
  return fromEnvironment('TEST_CLUSTER_URL');
}

function fromEnvironment(name: 'TEST_CLUSTER_URL' | 'TEST_SERVICE_URL'): string {
  const url = process.env[name];
  if (url === undefined) throw new Error('The test cluster is not running: start the tests by npm test.');
  return url;
}
