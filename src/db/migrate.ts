import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { connectDirectly, createDirectClient } from './direct-client.js';

const OLDEST_POSTGRESQL = 15;

/** Any number, the same in all processes: whoever holds this lock migrates, and the others wait for it. */
const MIGRATION_LOCK = 7002;

/** Brings the database to this version's schema: the engine's tables and ours. Safe to call from many processes at once. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = createDirectClient(url, 'countermeasure-migrate');
  await connectDirectly(client);
  try {
    await requireVersion(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runMigrations({ connectionString: url, maxPoolSize: 2 });
    await migrateOwnTables(url);
  } finally {
    await client.end();
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major < OLDEST_POSTGRESQL) throw new Error(`The database is PostgreSQL ${major}; Countermeasure needs PostgreSQL ${OLDEST_POSTGRESQL} or newer.`);
}

async function migrateOwnTables(url: string): Promise<void> {
  const source = new DataSource(dataSourceOptions(url, 2));
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}
