import { In, IsNull } from 'typeorm';
import { insertAll, type Tx } from '../db/database.js';
import { ApiKey } from './api-key.entity.js';
import type { Limits } from './limits.js';

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

  /** Those of the playbooks and connections that there are none of, or no more. */
  async unknownLimits(tx: Tx, { playbookIds, connectionIds }: Limits): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }[]>(
      `select id from unnest($1::text[]) as named (id) where not exists (select from playbook where playbook.id = named.id and deleted_at is null)
       union all select id from unnest($2::text[]) as named (id) where not exists (select from connection where connection.id = named.id and deleted_at is null)`,
      [playbookIds ?? [], connectionIds ?? []],
    );
    return new Set(rows.map(({ id }) => id));
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
