import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY = /^cmk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})$/;

/** A key as its owner holds it: `cmk_`, a prefix that may be shown, and 256 random bits. */
export interface PresentedKey {
  readonly prefix: string;
  readonly secret: string;
}

export function generateKey(): PresentedKey & { readonly text: string } {
  const prefix = randomBytes(4).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { prefix, secret, text: `cmk_${prefix}_${secret}` };
}

export function parseKey(text: string): PresentedKey | undefined {
  const [, prefix, secret] = KEY.exec(text) ?? [];
  return prefix !== undefined && secret !== undefined ? { prefix, secret } : undefined;
}

/** A plain hash is enough for a secret of 256 random bits: there is nothing to guess, so nothing to slow down. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function isSecretOf(hash: Buffer, secret: string): boolean {
  return timingSafeEqual(hash, hashSecret(secret));
}
