import type { CredentialVault } from '../connections/credential-vault.js';
import type { Database } from '../db/database.js';
import type { EventSourceStore } from './event-source.store.js';

/** Encrypts the secrets of all event sources under the newest key, all or none. Returns how many sources there were to do. */
export function rotateSourceSecrets({ database, sources, vault }: { database: Database; sources: EventSourceStore; vault: CredentialVault }): Promise<number> {
  return database.transact(async (tx) => {
    const reseal = async (id: string, sealed: string): Promise<string> => (vault.isCurrent(sealed) ? sealed : (await vault.seal(id, await vault.open(id, sealed))).sealed);
    let resealed = 0;
    for (const { id } of await sources.all(tx)) {
      const source = await sources.lock(tx, id);
      if (!source) continue;
      const sealedSecret = await reseal(id, source.sealedSecret);
      const sealedPreviousSecret = source.sealedPreviousSecret === null ? null : await reseal(id, source.sealedPreviousSecret);
      if (sealedSecret === source.sealedSecret && sealedPreviousSecret === source.sealedPreviousSecret) continue;
      await sources.save(tx, { ...source, sealedSecret, sealedPreviousSecret });
      resealed += 1;
    }
    return resealed;
  });
}
