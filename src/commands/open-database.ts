import type { Config } from '../config.js';
import { openEmbeddedDatabase } from '../db/embedded-database.js';
import { migrateDatabase } from '../db/migrate.js';
import type { Logger } from '../kernel/logger.js';

export interface OpenedDatabase {
  readonly url: string;
  /** The same database without a pooler before it. */
  readonly directUrl: string;
  readonly isEmbedded: boolean;
  readonly close: () => Promise<void>;
}

/** The configured PostgreSQL, or the embedded one; at this version's schema either way. */
export async function openDatabase(config: Config, logger: Logger): Promise<OpenedDatabase> {
  const { databaseUrl: url, databaseDirectUrl: directUrl = '' } = config;
  const opened = url === undefined ? await openEmbedded(config.dataDir, logger) : { url, directUrl, isEmbedded: false, close: () => Promise.resolve() };
  try {
    await migrateDatabase(opened.directUrl);
    return opened;
  } catch (cause) {
    await opened.close();
    throw explain(config, cause);
  }
}

async function openEmbedded(dataDir: string, logger: Logger): Promise<OpenedDatabase> {
  const { url, stop } = await openEmbeddedDatabase({ dataDir, logger });
  return { url, directUrl: url, isEmbedded: true, close: stop };
}

function explain({ databaseUrl, databaseDirectUrl = databaseUrl }: Config, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
  if (databaseDirectUrl === undefined) return new Error(`The embedded database cannot be used: ${message}`);
  const { host, pathname } = new URL(databaseDirectUrl);
  return new Error(`The database ${pathname.slice(1)} at ${host} (${databaseDirectUrl === databaseUrl ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL'}) cannot be used: ${message}`);
}
