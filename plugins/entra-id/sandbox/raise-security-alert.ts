import { randomInt, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ControlRefusal } from './control-refusal.js';
import { moment, nowOf } from './raise-parts.js';
import { keepNewest } from './security-records.js';
import type { SecurityAlert } from './security-records.js';
import type { Tenant } from './tenant.js';
import { evidenceUser, userEvidenceOf } from './user-evidence.js';

const SEVERITIES = ['unknown', 'informational', 'low', 'medium', 'high'] as const;
const STATUSES = ['unknown', 'new', 'inProgress', 'resolved'] as const;

/** An alert as Microsoft Defender XDR would raise it. */
export const securityAlertRequest = z.strictObject({
  title: z.string().default('Sign-in from an anonymous address'),
  description: z.string().default('Somebody signed in from an address that hides where it is.'),
  severity: z.enum(SEVERITIES).default('high'),
  status: z.enum(STATUSES).default('new'),
  category: z.string().default('InitialAccess'),
  serviceSource: z.string().default('azureAdIdentityProtection'),
  detectionSource: z.string().default('azureAdIdentityProtection'),
  productName: z.string().nullable().default('Microsoft Entra ID Protection'),
  mitreTechniques: z.array(z.string()).default(['T1078']),
  classification: z.string().nullable().default('unknown'),
  determination: z.string().nullable().default('unknown'),
  assignedTo: z.string().nullable().default(null),
  incidentId: z.string().optional(),
  users: z.array(evidenceUser).default([]),
  /** Evidence of other kinds, as it is to be shown, after that of the users. */
  evidence: z.array(z.record(z.string(), z.unknown())).default([]),
  createdDateTime: moment.optional(),
  lastUpdateDateTime: moment.optional(),
  firstActivityDateTime: moment.optional(),
  lastActivityDateTime: moment.optional(),
});

/** What an analyst changes of an alert. */
export const securityAlertChanges = z.strictObject({
  status: z.enum(STATUSES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  classification: z.string().nullable().optional(),
  determination: z.string().nullable().optional(),
  assignedTo: z.string().nullable().optional(),
  lastUpdateDateTime: moment.optional(),
});

export type SecurityAlertRequest = z.input<typeof securityAlertRequest>;
export type SecurityAlertChanges = z.input<typeof securityAlertChanges>;

type Wanted = Omit<z.output<typeof securityAlertRequest>, 'users' | 'evidence'>;

function timesOf(wanted: Wanted, tenant: Tenant) {
  const createdDateTime = wanted.createdDateTime ?? nowOf(tenant);
  const lastUpdateDateTime = wanted.lastUpdateDateTime ?? createdDateTime;
  return {
    createdDateTime,
    lastUpdateDateTime,
    firstActivityDateTime: wanted.firstActivityDateTime ?? createdDateTime,
    lastActivityDateTime: wanted.lastActivityDateTime ?? createdDateTime,
    resolvedDateTime: wanted.status === 'resolved' ? lastUpdateDateTime : null,
  };
}

export function raiseSecurityAlert(tenant: Tenant, request: SecurityAlertRequest): SecurityAlert {
  const { users, evidence, ...wanted } = securityAlertRequest.parse(request);
  const { tenantId } = tenant.state;
  const times = timesOf(wanted, tenant);
  const id = `ad${tenant.now()}_${randomInt(1, 2_000_000_000)}`;
  const incidentId = wanted.incidentId ?? String(randomInt(10_000, 1_000_000));
  const alert: SecurityAlert = {
    ...wanted,
    ...times,
    id,
    incidentId,
    tenantId,
    providerAlertId: randomUUID(),
    detectorId: 'SandboxDetector',
    recommendedActions: '',
    alertWebUrl: `https://security.microsoft.com/alerts/${id}?tid=${tenantId}`,
    incidentWebUrl: `https://security.microsoft.com/incidents/${incidentId}?tid=${tenantId}`,
    actorDisplayName: null,
    threatDisplayName: null,
    threatFamilyName: null,
    systemTags: [],
    alertPolicyId: null,
    additionalData: null,
    comments: [],
    evidence: [...users.map((user) => userEvidenceOf(tenant, user, times.createdDateTime)), ...evidence],
  };
  keepNewest(tenant.state.securityAlerts, alert);
  tenant.changed();
  return structuredClone(alert);
}

export function updateSecurityAlert(tenant: Tenant, id: string, changes: SecurityAlertChanges): SecurityAlert {
  const wanted = securityAlertChanges.parse(changes);
  const alert = tenant.state.securityAlerts.find((known) => known.id === id);
  if (alert === undefined) throw new ControlRefusal(404, `There is no security alert '${id}'.`);
  Object.assign(alert, { lastUpdateDateTime: nowOf(tenant), ...wanted });
  alert.resolvedDateTime = alert.status === 'resolved' ? (alert.resolvedDateTime ?? alert.lastUpdateDateTime) : null;
  tenant.changed();
  return structuredClone(alert);
}
