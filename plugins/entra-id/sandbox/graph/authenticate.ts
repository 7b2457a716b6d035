import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { headerText } from '../call.js';
import type { Call } from '../call.js';
import { GRAPH_APP_ID } from '../graph-permissions.js';
import type { Tenant } from '../tenant.js';
import { graphAudiences } from '../token-request.js';
import { GraphFailure } from './graph-failure.js';

/** Who calls: the application, with the permissions that its token was issued with. */
export interface Caller {
  readonly roles: ReadonlySet<string>;
}

function unauthenticated(call: Call, message: string): GraphFailure {
  const challenge = `Bearer realm="", authorization_uri="${call.origin}/common/oauth2/authorize", client_id="${GRAPH_APP_ID}"`;
  return new GraphFailure(401, 'InvalidAuthenticationToken', message, { 'www-authenticate': challenge });
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'Lifetime validation failed, the token is expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'aud'
      ? 'Access token validation failure. Invalid audience.'
      : 'Access token has expired or is not yet valid.';
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Signature validation failed. Signature verification failed.';
  if (error instanceof errors.JOSEError) return 'CompactToken parsing failed with error code: 80049217';
  return undefined;
}

function bearerToken(call: Call): string {
  const [scheme, token] = (headerText(call.headers, 'authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') {
    throw unauthenticated(call, 'Access token is empty.');
  }
  return token;
}

export async function authenticate(call: Call, tenant: Tenant): Promise<Caller> {
  const token = bearerToken(call);
  const { tenantId } = tenant.state;
  try {
    // Said apart, because jose reports text that is no token at all as a plain TypeError.
    decodeProtectedHeader(token);
  } catch (error) {
    if (error instanceof TypeError) throw unauthenticated(call, 'CompactToken parsing failed with error code: 80049217');
    throw error;
  }
  try {
    const { payload } = await jwtVerify(token, tenant.keys.publicKey, {
      algorithms: ['RS256'],
      audience: [...graphAudiences(call.origin)],
      issuer: `https://sts.windows.net/${tenantId}/`,
      currentDate: new Date(tenant.now()),
    });
    const roles = Array.isArray(payload['roles']) ? payload['roles'].filter((role) => typeof role === 'string') : [];
    return { roles: new Set(roles) };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw unauthenticated(call, reason);
  }
}
