import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { readConfig, type Config } from '../config.js';
import { Database } from '../db/database.js';
import { createLogger } from '../kernel/logger.js';
import { openDatabase, type OpenedDatabase } from './open-database.js';

/** For a command that asks the database a few things and ends. */
const POOL_SIZE = 2;

export function connectDatabase({ url, directUrl }: OpenedDatabase): Promise<Database> {
  return Database.connect(new DataSource(dataSourceOptions(url, POOL_SIZE)), directUrl);
}

/** Works beside a running service too: it joins the same database. Quiet unless LOG_LEVEL asks for more. */
export async function withDatabase(work: (database: Database, config: Config) => Promise<void>): Promise<void> {
  const config = readConfig();
  const opened = await openDatabase(config, createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel));
  try {
    const database = await connectDatabase(opened);
    await work(database, config).finally(() => database.close());
  } finally {
    await opened.close();
  }
}
