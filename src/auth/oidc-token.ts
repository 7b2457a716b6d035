import { errors, jwtVerify } from 'jose';
import { readClaims, type TokenClaims } from './oidc-claims.js';
import { IssuerUnavailable, type OidcIssuer } from './oidc-issuer.js';
import type { OidcSettings } from './oidc-settings.js';

/** Signatures by a private key only. With a shared secret (HS256), the issuer's public key would do to forge one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** Other kinds of tokens, those of a logout for example, are signed with the same keys and must not let anybody in. */
const TYPES = /^(application\/)?(at\+jwt|jwt)$/i;

const CLOCK_SKEW_SECONDS = 30;

/** Longer than any honest token; what is longer is not even looked at. */
const MAX_TOKEN_LENGTH = 16_384;

/** Why a token lets nobody in. For the log: whoever sent it is told nothing of it. */
export class TokenRefused extends Error {}

/** Whether a token is genuine, meant for us and of this moment, and what it says. */
export async function verifyToken(token: string, issuer: OidcIssuer, settings: OidcSettings): Promise<TokenClaims> {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefused('It is too long.');
  const { payload, protectedHeader } = await jwtVerify(token, issuer.keyOf, {
    issuer: settings.issuer,
    audience: settings.audience,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_SKEW_SECONDS,
    requiredClaims: ['exp', 'sub'],
  }).catch((error: unknown) => {
    throw explain(error);
  });
  const { typ } = protectedHeader;
  if (typ !== undefined && !TYPES.test(typ)) throw new TokenRefused('Its typ is that of another kind of token.');
  const claims = readClaims(payload, settings);
  if (!claims) throw new TokenRefused('Its sub is not usable.');
  return claims;
}

/** jose's errors carry the claims with them, which belong in no log; their messages do not. */
function explain(error: unknown): Error {
  if (error instanceof IssuerUnavailable) return error;
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return new IssuerUnavailable(`The issuer's keys are of no use: ${error.message}`);
  if (error instanceof errors.JOSEError) return new TokenRefused(`${error.message} (${error.code})`);
  return new TokenRefused('It cannot be read.');
}
