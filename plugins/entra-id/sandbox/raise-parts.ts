import { z } from 'zod';
import { ControlRefusal } from './control-refusal.js';
import type { SignInLocation } from './security-records.js';
import type { DirectoryUser } from './tenant-state.js';
import type { Tenant } from './tenant.js';

/** A moment, kept in UTC as Graph writes it. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

export const RISK_LEVELS = ['low', 'medium', 'high', 'hidden', 'none'] as const;
export const RISK_STATES = ['none', 'confirmedSafe', 'remediated', 'dismissed', 'atRisk', 'confirmedCompromised'] as const;

/** An address for documents, which belongs to nobody. */
export const STRANGE_ADDRESS = '203.0.113.77';

export const place = z.strictObject({ city: z.string().nullable(), state: z.string().nullable(), countryOrRegion: z.string().nullable() }).partial();

export function locationOf(wanted: z.output<typeof place> | undefined): SignInLocation {
  return { city: 'Reykjavik', state: null, countryOrRegion: 'IS', ...wanted, geoCoordinates: null };
}

/** A user of the tenant, deleted or not: what is known of somebody outlives the account. */
export function userOf(tenant: Tenant, idOrUpn: string): DirectoryUser {
  const user = tenant.directory.findDeletedToo(idOrUpn);
  if (user === undefined) throw new ControlRefusal(404, `There is no user '${idOrUpn}'. GET /control/users lists them all.`);
  return user;
}

export function nowOf(tenant: Tenant): string {
  return new Date(tenant.now()).toISOString();
}
