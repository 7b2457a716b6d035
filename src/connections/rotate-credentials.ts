import type { Database } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import type { ConnectionStore } from './connection.store.js';
import type { CredentialVault } from './credential-vault.js';

/** Encrypts every stored credential under the newest key, all or none. Returns how many there were to do. */
export function rotateCredentials({ database, connections, vault }: { database: Database; connections: ConnectionStore; vault: CredentialVault }): Promise<number> {
  const { currentKeyId } = vault;
  if (currentKeyId === undefined) throw new DomainError('PRECONDITION_FAILED', 'SECRETS_KEY is not set: put the new key first and the old ones behind it, with commas between.');
  return database.transact(async (tx) => {
    const old = await connections.credentialsNotUnder(tx, currentKeyId);
    for (const { connectionId, sealed, savedAt } of old) {
      const resealed = await vault.seal(connectionId, await vault.open(connectionId, sealed));
      await connections.saveCredential(tx, { connectionId, ...resealed, savedAt });
    }
    return old.length;
  });
}
