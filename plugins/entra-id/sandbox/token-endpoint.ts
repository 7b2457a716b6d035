import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { jsonAnswer } from './call.js';
import type { Answer, Call } from './call.js';
import type { Fault } from './faults.js';
import { secondsDate } from './tenant.js';
import type { Tenant } from './tenant.js';
import { checkCredential, checkGrant, checkScope, checkTenant } from './token-request.js';
import { TokenRefusal } from './token-refusal.js';

const CLOCK_SKEW_SECONDS = 300;
/** Stands in the tokens of every application, whether it holds a role or not. */
const NO_ROLE_WID = '0997a1d0-0d1d-4acb-b408-d5ca73121e90';

async function signToken(audience: string, tenant: Tenant): Promise<string> {
  const { state, behaviour, keys } = tenant;
  const { application, servicePrincipal, tenantId } = state;
  const roles = servicePrincipal.permissions.filter((permission) => !behaviour.permissionsOnTheirWay.includes(permission));
  const nowSeconds = Math.floor(tenant.now() / 1_000);
  const claims = {
    app_displayname: application.displayName,
    appid: application.clientId,
    appidacr: '1',
    idp: `https://sts.windows.net/${tenantId}/`,
    idtyp: 'app',
    oid: servicePrincipal.id,
    ...(roles.length === 0 ? {} : { roles }),
    sub: servicePrincipal.id,
    tid: tenantId,
    uti: randomUUID(),
    ver: '1.0',
    ...(behaviour.tokensCarryWids ? { wids: [...servicePrincipal.directoryRoles, NO_ROLE_WID] } : {}),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keys.keyId })
    .setAudience(audience)
    .setIssuer(`https://sts.windows.net/${tenantId}/`)
    .setIssuedAt(nowSeconds)
    .setNotBefore(nowSeconds - CLOCK_SKEW_SECONDS)
    .setExpirationTime(nowSeconds + behaviour.tokenLifetimeSeconds)
    .sign(keys.privateKey);
}

/** `POST /{tenant}/oauth2/v2.0/token`: the client-credentials grant. */
export async function issueToken(call: Call, tenantSegment: string, tenant: Tenant): Promise<Answer> {
  const form = new URLSearchParams(call.body);
  try {
    checkGrant(form.get('grant_type'));
    checkTenant(tenantSegment, tenant);
    const audience = checkScope(form.get('scope'), call.origin);
    checkCredential(form, tenant);
    const lifetime = tenant.behaviour.tokenLifetimeSeconds;
    return jsonAnswer(200, {
      token_type: 'Bearer',
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token: await signToken(audience, tenant),
    }, tokenHeaders(call));
  } catch (error) {
    if (error instanceof TokenRefusal) return refusalAnswer(call, error, tenant, form.get('client-request-id'));
    throw error;
  }
}

/** Whether the endpoints of a tenant exist; the refusal when they do not. */
export function refuseUnknownTenant(call: Call, tenantSegment: string, tenant: Tenant): Answer | undefined {
  try {
    checkTenant(tenantSegment, tenant);
    return undefined;
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    return refusalAnswer(call, new TokenRefusal(400, 'invalid_tenant', error.number, error.message), tenant, null);
  }
}

export function tokenFaultAnswer(call: Call, fault: Fault, tenant: Tenant): Answer {
  const status = fault.status ?? 400;
  if (fault.body !== undefined) {
    const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
    return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...fault.headers }, body: text };
  }
  const code = fault.code ?? (status >= 500 || status === 429 ? 'temporarily_unavailable' : 'invalid_request');
  const refusal = new TokenRefusal(status, code, fault.errorNumber ?? 90033, fault.message ?? 'A transient error has occurred. Please try again.');
  const answer = refusalAnswer(call, refusal, tenant, null);
  return { ...answer, headers: { ...answer.headers, ...fault.headers } };
}

function tokenHeaders(call: Call): Record<string, string> {
  return { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': call.requestId };
}

function refusalAnswer(call: Call, refusal: TokenRefusal, tenant: Tenant, formRequestId: string | null): Answer {
  const correlationId = formRequestId ?? call.clientRequestId ?? randomUUID();
  const timestamp = secondsDate(tenant.now()).replace('T', ' ');
  return jsonAnswer(refusal.status, {
    error: refusal.code,
    error_description: `AADSTS${refusal.number}: ${refusal.message} Trace ID: ${call.requestId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [refusal.number],
    timestamp,
    trace_id: call.requestId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.number}`,
  }, tokenHeaders(call));
}
