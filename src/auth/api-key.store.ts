import { In, IsNull } from 'typeorm';
import { insertAll, type Tx } from '../db/database.js';
import { ApiKey } from './api-key.entity.js';

export class ApiKeyStore {
  async insert(tx: Tx, key: ApiKey): Promise<void> {
    await insertAll(tx, ApiKey, [key]);
  }

  findByPrefix(tx: Tx, prefix: string): Promise<ApiKey | null> {
    return tx.findOneBy(ApiKey, { prefix });
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<ApiKey[]> {
    return tx.findBy(ApiKey, { id: In([...ids]) });
  }

  all(tx: Tx): Promise<ApiKey[]> {
    return tx.find(ApiKey, { order: { id: 'ASC' } });
  }

  async markUsed(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.update(ApiKey, { id }, { lastUsedAt: at });
  }

  /** Whether there was a key of that id that was not revoked yet. */
  async revoke(tx: Tx, id: string, at: Date): Promise<boolean> {
    const { affected } = await tx.update(ApiKey, { id, revokedAt: IsNull() }, { revokedAt: at });
    return affected === 1;
  }
}
