import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { TEMPLATE } from './template.js';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** A database of its own, migrated and empty; gone at the end of the block that `await using` it. */
export async function createTestDatabase(options: { isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onCluster(`create database ${name} template ${options.isEmpty ? 'template0' : TEMPLATE}`);
  return {
    url: clusterUrl().replace(/\/[^/]*$/, `/${name}`),
    [Symbol.asyncDispose]: () => onCluster(`drop database ${name} with (force)`),
  };
}

async function onCluster(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: clusterUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function clusterUrl(): string {
  const url = process.env['TEST_CLUSTER_URL'];
  if (url === undefined) throw new Error('The test cluster is not running: start the tests by npm test.');
  return url;
}
