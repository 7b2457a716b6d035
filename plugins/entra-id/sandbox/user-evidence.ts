import { z } from 'zod';
import { userOf } from './raise-parts.js';
import type { Tenant } from './tenant.js';

const VERDICTS = ['unknown', 'suspicious', 'malicious', 'noThreatsFound'] as const;
const about = {
  verdict: z.enum(VERDICTS).default('suspicious'),
  /** `compromised`, `attacker`, … */
  roles: z.array(z.string()).default(['compromised']),
};

/** A user in an alert: one of the tenant by name, or an account that Defender knows by whatever it knows. */
export const evidenceUser = z.union([
  z.string().transform((user) => ({ user, verdict: 'suspicious' as const, roles: ['compromised'] })),
  z.strictObject({ user: z.string(), ...about }),
  z.strictObject({
    accountName: z.string(),
    domainName: z.string().nullable().default(null),
    userSid: z.string().nullable().default(null),
    azureAdUserId: z.string().nullable().default(null),
    userPrincipalName: z.string().nullable().default(null),
    displayName: z.string().nullable().default(null),
    ...about,
  }),
]);

type EvidenceUser = z.output<typeof evidenceUser>;

function accountOf(tenant: Tenant, wanted: EvidenceUser): Record<string, unknown> {
  if (!('user' in wanted)) {
    const { verdict: _verdict, roles: _roles, ...account } = wanted;
    return account;
  }
  const user = userOf(tenant, wanted.user);
  const [accountName = '', domainName = null] = user.userPrincipalName.split('@');
  return {
    accountName: user.onPremises?.samAccountName ?? accountName,
    domainName: user.onPremises?.domainName ?? domainName,
    userSid: user.onPremises?.securityIdentifier ?? null,
    azureAdUserId: user.id,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
  };
}

export function userEvidenceOf(tenant: Tenant, wanted: EvidenceUser, createdDateTime: string): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.security.userEvidence',
    createdDateTime,
    verdict: wanted.verdict,
    remediationStatus: 'none',
    remediationStatusDetails: null,
    roles: wanted.roles,
    detailedRoles: [],
    tags: [],
    userAccount: accountOf(tenant, wanted),
  };
}
