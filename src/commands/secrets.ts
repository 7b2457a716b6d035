import { AuditLog } from '../audit/audit-log.js';
import { AuditStore } from '../audit/audit.store.js';
import { ConnectionStore } from '../connections/connection.store.js';
import { CredentialVault } from '../connections/credential-vault.js';
import { rotateCredentials } from '../connections/rotate-credentials.js';
import { EventSourceStore } from '../triggers/event-source.store.js';
import { rotateSourceSecrets } from '../triggers/rotate-source-secrets.js';
import { withDatabase } from './connect-database.js';
import { secretsKeysOf } from './secrets-keys.js';

/** Works beside a running service, which reads each credential as it stands. */
export async function rotateSecrets(): Promise<void> {
  await withDatabase(async (database, config) => {
    const vault = new CredentialVault(secretsKeysOf(config));
    const audit = new AuditLog({ database, audit: new AuditStore() });
    const count = (await rotateCredentials({ database, connections: new ConnectionStore(), vault })) + (await rotateSourceSecrets({ database, sources: new EventSourceStore(), vault }));
    await database.transact(async (tx) => audit.record(tx, { actor: null, action: 'rotateSecrets', subject: null, details: { count } }));
    console.log(`${count} stored credentials and secrets of event sources were encrypted anew under the first key of SECRETS_KEY. Older keys can be taken out of it now.`);
  });
}
