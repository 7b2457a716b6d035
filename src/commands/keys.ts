import { AuditLog } from '../audit/audit-log.js';
import { AuditStore } from '../audit/audit.store.js';
import { ApiKeyService, type NewKey } from '../auth/api-key.service.js';
import { ApiKeyStore } from '../auth/api-key.store.js';
import { withDatabase } from './connect-database.js';

async function withKeys(work: (apiKeys: ApiKeyService) => Promise<void>): Promise<void> {
  await withDatabase((database) => work(new ApiKeyService({ database, apiKeys: new ApiKeyStore(), audit: new AuditLog({ database, audit: new AuditStore() }), onRevoked: () => undefined })));
}

export async function createKey(input: NewKey): Promise<void> {
  await withKeys(async (apiKeys) => {
    const { apiKey, text } = await apiKeys.create(input);
    console.log(`${text}\n\nThis is ${apiKey.id} with the roles ${apiKey.roles.join(', ')}. It is shown this once.`);
  });
}

export async function listKeys(): Promise<void> {
  await withKeys(async (apiKeys) => {
    for (const { id, prefix, name, roles, playbookIds, connectionIds, expiresAt, revokedAt, lastUsedAt } of await apiKeys.list()) {
      const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : expiresAt ? `until ${expiresAt.toISOString()}` : 'valid';
      const limits = [...(playbookIds ?? []), ...(connectionIds ?? [])];
      const only = limits.length === 0 ? '' : `  only ${limits.join(',')}`;
      console.log(`${id}  ${prefix}…  ${roles.join(',')}${only}  ${state}  last used ${lastUsedAt?.toISOString() ?? 'never'}  ${name}`);
    }
  });
}

export async function revokeKey(id: string): Promise<void> {
  await withKeys(async (apiKeys) => {
    await apiKeys.revoke(id);
    console.log(`${id} is revoked.`);
  });
}
