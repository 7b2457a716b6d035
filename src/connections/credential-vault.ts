import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { createHash } from 'node:crypto';
import { DomainError } from '../kernel/errors.js';
import type { JsonObject } from '../kernel/json.js';

export interface SealedCredential {
  readonly sealed: string;
  readonly keyId: string;
}

/**
 * Seals credentials and secrets for storage, each for the one that owns it. Each gets a data key of its own, which is wrapped under the first key of SECRETS_KEY and
 * travels with it (JWE with A256GCMKW and A256GCM); the other keys only open what was sealed before.
 */
export class CredentialVault {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  /** The key that seals; undefined: none is configured. */
  readonly currentKeyId: string | undefined;

  constructor(keys: readonly Uint8Array[]) {
    const named = keys.map((key) => [keyIdOf(key), key] as const);
    this.keys = new Map(named);
    this.currentKeyId = named[0]?.[0];
  }

  /** Whether it was sealed under the key that seals now. */
  isCurrent(sealed: string): boolean {
    return decodeProtectedHeader(sealed).kid === this.currentKeyId;
  }

  async seal(ownerId: string, credential: JsonObject): Promise<SealedCredential> {
    const keyId = this.currentKeyId;
    const key = keyId === undefined ? undefined : this.keys.get(keyId);
    if (keyId === undefined || !key) {
      throw new DomainError('PRECONDITION_FAILED', 'A credential can only be stored encrypted, and SECRETS_KEY is not set: set it to 32 random bytes in base64 (openssl rand -base64 32) and start the service again.');
    }
    const text = new TextEncoder().encode(JSON.stringify(credential));
    const sealed = await new CompactEncrypt(text).setProtectedHeader({ alg: 'A256GCMKW', enc: 'A256GCM', kid: keyId, sub: ownerId }).encrypt(key);
    return { sealed, keyId };
  }

  /** Only for the owner that it was sealed for: a row that was copied to another one does not open there. */
  async open(ownerId: string, sealed: string): Promise<JsonObject> {
    const { kid } = decodeProtectedHeader(sealed);
    const key = this.keys.get(kid ?? '');
    if (!key) throw new UnknownSecretsKey(kid ?? 'none');
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key);
    if (protectedHeader['sub'] !== ownerId) throw new Error(`The credential of ${ownerId} was sealed for another owner.`);
    return JSON.parse(new TextDecoder().decode(plaintext)) as JsonObject;
  }
}

/** The stored credential was sealed under a key that this process does not have. */
export class UnknownSecretsKey extends Error {
  constructor(keyId: string) {
    super(`The stored credential was encrypted under the key ${keyId}, which is not in SECRETS_KEY.`);
    this.name = 'UnknownSecretsKey';
  }
}

function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}
