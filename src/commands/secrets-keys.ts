import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.js';
import { rememberSecret } from '../kernel/redact.js';

/**
 * The keys that stored credentials are encrypted under. Beside the embedded database one is made at the first need and kept;
 * with a database of the operator's, only the operator can tell which processes share it.
 */
export function secretsKeysOf({ secretsKeys, databaseUrl, dataDir }: Config): readonly Uint8Array[] {
  if (secretsKeys.length > 0 || databaseUrl !== undefined) return secretsKeys;
  const file = path.join(dataDir, 'secrets-key');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = readFileSync(file, 'utf8');
  rememberSecret(key);
  return [Buffer.from(key, 'base64')];
}
