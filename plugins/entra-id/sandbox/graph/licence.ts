import type { Tenant } from '../tenant.js';
import { GraphFailure } from './graph-failure.js';

const EDITIONS = ['FREE', 'P1', 'P2'] as const;

function hasLicence(tenant: Tenant, least: 'P1' | 'P2'): boolean {
  return EDITIONS.indexOf(tenant.behaviour.licence) >= EDITIONS.indexOf(least);
}

/** Identity Protection refuses in other words than the logs do. */
export function needLicenceForRisk(tenant: Tenant, least: 'P1' | 'P2'): void {
  if (!hasLicence(tenant, least)) throw new GraphFailure(403, 'Forbidden', 'Your tenant is not licensed for this feature.');
}

export function needLicenceForSignIns(tenant: Tenant): void {
  if (hasLicence(tenant, 'P1')) return;
  throw new GraphFailure(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', "Neither tenant is B2C or tenant doesn't have premium license");
}
