import { isActionError } from '@countermeasure/sdk';
import { OidcIssuer } from '../auth/oidc-issuer.js';
import { ConfigurationError, readConfig, type Config } from '../config.js';
import { ConnectionClients } from '../connections/connection-clients.js';
import { ConnectionStore } from '../connections/connection.store.js';
import type { Connection } from '../connections/connection.entity.js';
import { CredentialVault } from '../connections/credential-vault.js';
import { RedisChannel } from '../db/redis-channel.js';
import { redact } from '../kernel/redact.js';
import { createLogger, type Logger } from '../kernel/logger.js';
import { connectDatabase } from './connect-database.js';
import { openDatabase } from './open-database.js';
import { secretsKeysOf } from './secrets-keys.js';
import { openRegistry } from './open-registry.js';

const CHECK_WITHIN_MS = 30_000;

/** Looks at everything that the service stands on; each fault is told with its mend, and any fault gives exit code 1. */
export async function doctor(): Promise<void> {
  const findings = new Findings();
  const config = await findings.check('Configuration', () => readConfig());
  if (config) {
    const logger = createLogger('silent');
    await checkStanding(config, logger, findings);
  }
  console.log(findings.faults === 0 ? '\nEverything is in order.' : `\n${findings.faults} to mend.`);
  if (findings.faults > 0) process.exitCode = 1;
}

async function checkStanding(config: Config, logger: Logger, findings: Findings): Promise<void> {
  await using opening = new AsyncDisposableStack();
  const opened = await findings.check('Plugins', () => openRegistry(config, logger, { mayStartSandboxes: false }));
  if (opened) opening.defer(() => opened.close());
  const { oidc } = config;
  if (oidc) await findings.check(`Identity provider ${oidc.issuer}`, () => new OidcIssuer(oidc.issuer, logger).check());
  const { redisUrl } = config;
  if (redisUrl !== undefined) await findings.check('Redis', () => RedisChannel.check(redisUrl));
  const database = await findings.check('Database', () => openDatabase(config, logger));
  if (!database) return;
  opening.defer(() => database.close());
  const pool = await connectDatabase(database);
  opening.defer(() => pool.close());
  if (!opened) return;
  for (const { title } of opened.unconfigured) console.log(`  ! ${title} is not configured: a sandbox stands in for it, and its connections are not looked at.`);
  const connections = new ConnectionStore();
  const vault = new CredentialVault(secretsKeysOf(config));
  const clients = new ConnectionClients({ database: pool, connections, registry: opened.registry, vault, logger });
  const isConfigured = ({ providerId }: Connection): boolean => opened.unconfigured.every(({ id }) => id !== providerId);
  for (const connection of (await connections.all(pool.reader, null)).filter(isConfigured)) {
    await findings.check(`Connection ${connection.name} (${connection.id})`, () => checkConnection(connection, clients));
  }
}

async function checkConnection(connection: Connection, clients: ConnectionClients): Promise<void> {
  try {
    const { provider, client } = await clients.connect(connection);
    await provider.plugin.provider.check({ client, signal: AbortSignal.timeout(CHECK_WITHIN_MS) });
  } catch (error) {
    throw isActionError(error) ? new Error(`${error.message} ${error.remedy ?? ''}`) : error;
  }
}

/** What was looked at, told as it is found. */
class Findings {
  faults = 0;

  async check<T>(what: string, look: () => T | Promise<T>): Promise<T | undefined> {
    try {
      const found = await look();
      console.log(`  ✓ ${what}`);
      return found;
    } catch (error) {
      const problems = error instanceof ConfigurationError ? error.problems : [error instanceof Error ? error.message : String(error)];
      this.faults += problems.length;
      console.log(`  ✗ ${what}`);
      for (const problem of problems) console.log(`      ${redact(problem)}`);
      return undefined;
    }
  }
}
