import { readConfig } from '../config.js';
import { ConnectionStore } from '../connections/connection.store.js';
import { CredentialVault } from '../connections/credential-vault.js';
import { rotateCredentials } from '../connections/rotate-credentials.js';
import { createLogger } from '../kernel/logger.js';
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
    const rotated = await rotateCredentials({ database, connections: new ConnectionStore(), vault }).finally(() => database.close());
    console.log(`${rotated} stored credentials were encrypted anew under the first key of SECRETS_KEY. Older keys can be taken out of it now.`);
  } finally {
    await opened.close();
  }
}
