import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openEmbeddedDatabase } from '../../dist/src/db/embedded-database.js';
import { migrateDatabase } from '../../dist/src/db/migrate.js';
import { createLogger } from '../../dist/src/kernel/logger.js';
import { WRITE_DOWN } from './statements.js';
import { TEMPLATE } from './template.js';

/** Speed for data that nobody keeps. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/**
 * One PostgreSQL for the whole run of the tests, with a migrated template; each test clones it. TEST_DATABASE_URL names
 * another server. jest loads this file without transforming what it imports, so it uses the build.
 */
export default async function setup() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-test-'));
  const given = process.env.TEST_DATABASE_URL;
  const database = given === undefined ? await openEmbeddedDatabase({ dataDir: folder, logger: createLogger('warn'), settings: { ...FAST, ...(process.env.RECORD_STATEMENTS && WRITE_DOWN) } }) : undefined;
  globalThis.testCluster = { database, folder };
  const [adminUrl, url] = [database?.adminUrl ?? given, database?.url ?? given];
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`drop database if exists ${TEMPLATE}`);
  await admin.query(`create database ${TEMPLATE} owner ${new URL(url).username}`);
  await admin.end();
  await migrateDatabase(url.replace(/\/[^/]*$/, `/${TEMPLATE}`));
  process.env.TEST_CLUSTER_URL = adminUrl;
  process.env.TEST_SERVICE_URL = url;
}
