import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { Database } from '../db/database.js';

/** For a command that asks the database a few things and ends. */
const POOL_SIZE = 2;

export function connectDatabase(url: string): Promise<Database> {
  return Database.connect(new DataSource(dataSourceOptions(url, POOL_SIZE)), url);
}
