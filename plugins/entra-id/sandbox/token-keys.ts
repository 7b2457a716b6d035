import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';

/** The keys that sign and check the tenant's tokens. */
export interface TokenKeys {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** A new key as it is kept in the state, so that tokens outlive a restart as they do in the cloud. */
export async function makeSigningKey(): Promise<Record<string, unknown>> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)) };
}

export async function loadTokenKeys(signingKey: Record<string, unknown>): Promise<TokenKeys> {
  const privateJwk: JWK = signingKey;
  const keyId = await calculateJwkThumbprint(privateJwk);
  const publicJwk: JWK = { kty: 'RSA', n: privateJwk.n, e: privateJwk.e, kid: keyId, alg: 'RS256', use: 'sig' };
  const [privateKey, publicKey] = await Promise.all([importRsaKey(privateJwk), importRsaKey(publicJwk)]);
  return { keyId, privateKey, publicKey, publicJwk };
}

async function importRsaKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'RS256');
  if (key instanceof Uint8Array) throw new Error('The sandbox tenant has no RSA key in its state: delete its state file.');
  return key;
}
