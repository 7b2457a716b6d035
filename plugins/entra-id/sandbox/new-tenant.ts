import { randomBytes, randomUUID } from 'node:crypto';
import { makeServerCertificate } from './certificate.js';
import { DOMAINS, seededGroups, seededUsers } from './fixtures.js';
import { REQUESTED_PERMISSIONS } from './graph-permissions.js';
import { makeSigningKey } from './token-keys.js';
import type { TenantState } from './tenant-state.js';

export interface NewTenantOptions {
  /** Whether an administrator has consented already. */
  readonly isConsented: boolean;
  readonly fillerUsers: number;
}

/** A tenant as it is before anybody did anything in it, with ids and a secret of its own. */
export async function makeTenant(options: NewTenantOptions): Promise<TenantState> {
  return {
    version: 1,
    tenantId: randomUUID(),
    displayName: 'Contoso (Countermeasure sandbox)',
    domains: DOMAINS,
    port: 0,
    certificate: await makeServerCertificate(Date.now()),
    signingKey: await makeSigningKey(),
    application: {
      clientId: randomUUID(),
      clientSecret: `sandbox~${randomBytes(24).toString('base64url')}`,
      isSecretExpired: false,
      displayName: 'Countermeasure',
      requestedPermissions: [...REQUESTED_PERMISSIONS],
    },
    servicePrincipal: servicePrincipalOf(randomUUID(), options.isConsented),
    users: seededUsers(options.fillerUsers),
    groups: seededGroups(),
    audits: [],
    riskDetections: [],
    riskyUsers: [],
    signIns: [],
    securityAlerts: [],
    subscriptions: [],
  };
}

function servicePrincipalOf(id: string, isConsented: boolean): TenantState['servicePrincipal'] {
  return { id, isPresent: isConsented, permissions: isConsented ? [...REQUESTED_PERMISSIONS] : [], directoryRoles: [] };
}

/** Puts users, groups, consent and records back to the beginning; ids, secret and keys stay, so clients go on working. */
export function reseedTenant(state: TenantState, options: NewTenantOptions): void {
  state.users = seededUsers(options.fillerUsers);
  state.groups = seededGroups();
  Object.assign(state, { audits: [], riskDetections: [], riskyUsers: [], signIns: [], securityAlerts: [], subscriptions: [] } satisfies Partial<TenantState>);
  state.application.isSecretExpired = false;
  state.servicePrincipal = servicePrincipalOf(state.servicePrincipal.id, options.isConsented);
}
