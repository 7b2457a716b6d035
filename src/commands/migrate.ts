import { readConfig } from '../config.js';
import { createLogger } from '../kernel/logger.js';
import { openDatabase } from './open-database.js';

export async function migrate(): Promise<void> {
  const config = readConfig();
  const database = await openDatabase(config, createLogger(config.logLevel));
  await database.close();
  console.log('The database is at this version.');
}
