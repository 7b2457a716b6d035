import type { Answer, Call } from './call.js';
import { decideConsent, showConsentPage } from './consent-page.js';
import { describeAuthority, discoverInstance, publishSigningKeys } from './discovery.js';
import type { RouteKind } from './journal.js';
import type { Protocol } from './serve-call.js';
import type { Tenant } from './tenant.js';
import { issueToken, tokenFaultAnswer } from './token-endpoint.js';

type Respond = (call: Call, tenantSegment: string, tenant: Tenant) => Answer | Promise<Answer>;

export interface IdentityRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly kind: RouteKind;
  readonly respond: Respond;
}

/** The routes of the identity platform; the first part of a path names the tenant. */
export const IDENTITY_ROUTES: readonly IdentityRoute[] = [
  { method: 'GET', path: '/common/discovery/instance', kind: 'instance-discovery', respond: (call, _, tenant) => discoverInstance(call, tenant) },
  { method: 'GET', path: '/:tenant/v2.0/.well-known/openid-configuration', kind: 'openid-configuration', respond: describeAuthority },
  { method: 'GET', path: '/:tenant/discovery/v2.0/keys', kind: 'signing-keys', respond: publishSigningKeys },
  { method: 'POST', path: '/:tenant/oauth2/v2.0/token', kind: 'token', respond: issueToken },
  { method: 'GET', path: '/:tenant/v2.0/adminconsent', kind: 'consent-page', respond: (call, segment, tenant) => showConsentPage(call, segment, 'v2', tenant) },
  { method: 'GET', path: '/:tenant/adminconsent', kind: 'consent-page', respond: (call, segment, tenant) => showConsentPage(call, segment, 'v1', tenant) },
  { method: 'POST', path: '/:tenant/v2.0/adminconsent', kind: 'consent-decision', respond: (call, segment, tenant) => decideConsent(call, segment, 'v2', tenant) },
  { method: 'POST', path: '/:tenant/adminconsent', kind: 'consent-decision', respond: (call, segment, tenant) => decideConsent(call, segment, 'v1', tenant) },
];

export function identityProtocol(route: IdentityRoute, tenantSegment: string, tenant: Tenant): Protocol {
  return {
    identify: (call) => {
      call.entry.kind = route.kind;
    },
    respond: async (call) => route.respond(call, tenantSegment, tenant),
    faultAnswer: (call, fault) => tokenFaultAnswer(call, fault, tenant),
  };
}
