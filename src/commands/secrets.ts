import { AuditLog } from '../audit/audit-log.js';
import { AuditStore } from '../audit/audit.store.js';
import { readConfig } from '../config.js';
import { ConnectionStore } from '../connections/connection.store.js';
import { CredentialVault } from '../connections/credential-vault.js';
import { rotateCredentials } from '../connections/rotate-credentials.js';
import { createLogger } from '../kernel/logger.js';
import { EventSourceStore } from '../triggers/event-source.store.js';
import { rotateSourceSecrets } from '../triggers/rotate-source-secrets.js';
import { connectDatabase } from './connect-database.js';
import { openDatabase } from './open-database.js';
import { secretsKeysOf } from './secrets-keys.js';

/** Works beside a running service, which reads each credential as it stands. */
export async function rotateSecrets(): Promise<void> {
  const config = readConfig();
  const opened = await openDatabase(config, createLogger('warn'));
  try {
    const database = await connectDatabase(opened.url);
    const vault = new CredentialVault(secretsKeysOf(config));
    const rotateAll = async (): Promise<number> => (await rotateCredentials({ database, connections: new ConnectionStore(), vault })) + (await rotateSourceSecrets({ database, sources: new EventSourceStore(), vault }));
    const audit = new AuditLog({ database, audit: new AuditStore() });
    const rotateAndTell = async (): Promise<number> => {
      const count = await rotateAll();
      await database.transact(async (tx) => audit.record(tx, { actor: null, action: 'rotateSecrets', subject: null, details: { count } }));
      return count;
    };
    const rotated = await rotateAndTell().finally(() => database.close());
    console.log(`${rotated} stored credentials and secrets of event sources were encrypted anew under the first key of SECRETS_KEY. Older keys can be taken out of it now.`);
  } finally {
    await opened.close();
  }
}
