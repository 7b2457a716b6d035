import { AuditLog } from '../audit/audit-log.js';
import { AuditStore } from '../audit/audit.store.js';
import { ApiKeyService, type NewKey } from '../auth/api-key.service.js';
import { ApiKeyStore } from '../auth/api-key.store.js';
import { readConfig } from '../config.js';
import { createLogger } from '../kernel/logger.js';
import { connectDatabase } from './connect-database.js';
import { openDatabase } from './open-database.js';

/** Works beside a running service too: it joins the same database. */
async function withKeys(work: (apiKeys: ApiKeyService) => Promise<void>): Promise<void> {
  const config = readConfig();
  const opened = await openDatabase(config, createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel));
  try {
    const database = await connectDatabase(opened.url);
    await work(new ApiKeyService({ database, apiKeys: new ApiKeyStore(), audit: new AuditLog({ database, audit: new AuditStore() }), onRevoked: () => undefined })).finally(() => database.close());
  } finally {
    await opened.close();
  }
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
