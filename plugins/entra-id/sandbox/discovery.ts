import { jsonAnswer } from './call.js';
import type { Answer, Call } from './call.js';
import { refuseUnknownTenant } from './token-endpoint.js';
import type { Tenant } from './tenant.js';

/** `GET /{tenant}/v2.0/.well-known/openid-configuration`: clients insist that the issuer's host is the authority's. */
export function describeAuthority(call: Call, tenantSegment: string, tenant: Tenant): Answer {
  const refusal = refuseUnknownTenant(call, tenantSegment, tenant);
  if (refusal !== undefined) return refusal;
  const { tenantId } = tenant.state;
  const base = `${call.origin}/${tenantId}`;
  return jsonAnswer(200, {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    tenant_region_scope: 'EU',
    cloud_instance_name: new URL(call.origin).host,
    msgraph_host: new URL(call.origin).host,
  });
}

/** `GET /{tenant}/discovery/v2.0/keys` */
export function publishSigningKeys(call: Call, tenantSegment: string, tenant: Tenant): Answer {
  return refuseUnknownTenant(call, tenantSegment, tenant) ?? jsonAnswer(200, { keys: [tenant.keys.publicJwk] });
}

/** `GET /common/discovery/instance`: which authority hosts belong together. The sandbox knows itself only. */
export function discoverInstance(call: Call, tenant: Tenant): Answer {
  const endpoint = call.url.searchParams.get('authorization_endpoint') ?? '';
  const isOurs = URL.canParse(endpoint) && new URL(endpoint).origin === call.origin;
  if (!isOurs) {
    return jsonAnswer(400, {
      error: 'invalid_instance',
      error_description: 'AADSTS50049: Unknown or invalid instance.',
      error_codes: [50049],
    });
  }
  return jsonAnswer(200, {
    tenant_discovery_endpoint: `${call.origin}/${tenant.state.tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [],
  });
}
