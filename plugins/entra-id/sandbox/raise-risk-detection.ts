import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ControlRefusal } from './control-refusal.js';
import { locationOf, moment, nowOf, place, RISK_LEVELS, RISK_STATES, STRANGE_ADDRESS, userOf } from './raise-parts.js';
import { keepNewest } from './security-records.js';
import type { RiskDetection } from './security-records.js';
import type { Tenant } from './tenant.js';

/** A sign of danger about a user, as Identity Protection would see it. */
export const riskDetectionRequest = z.strictObject({
  /** Object id or user principal name. */
  user: z.string(),
  riskEventType: z.string().default('unfamiliarFeatures'),
  riskLevel: z.enum(RISK_LEVELS).default('high'),
  riskState: z.enum(RISK_STATES).default('atRisk'),
  riskDetail: z.string().default('none'),
  ipAddress: z.string().nullable().default(STRANGE_ADDRESS),
  location: place.optional(),
  activity: z.enum(['signin', 'user']).default('signin'),
  detectionTimingType: z.enum(['notDefined', 'realtime', 'nearRealtime', 'offline']).default('realtime'),
  source: z.string().default('IdentityProtection'),
  tokenIssuerType: z.string().default('AzureAD'),
  additionalInfo: z.string().nullable().default(null),
  requestId: z.string().nullable().optional(),
  correlationId: z.string().nullable().optional(),
  activityDateTime: moment.optional(),
  detectedDateTime: moment.optional(),
  lastUpdatedDateTime: moment.optional(),
});

/** What somebody finds out or decides about a detection later. */
export const riskDetectionChanges = z.strictObject({
  riskLevel: z.enum(RISK_LEVELS).optional(),
  riskState: z.enum(RISK_STATES).optional(),
  riskDetail: z.string().optional(),
  lastUpdatedDateTime: moment.optional(),
});

export type RiskDetectionRequest = z.input<typeof riskDetectionRequest>;
export type RiskDetectionChanges = z.input<typeof riskDetectionChanges>;

/** The user is in the danger that was seen last. */
function rateUser(tenant: Tenant, detection: RiskDetection): void {
  const { state } = tenant;
  const user = userOf(tenant, detection.userId);
  state.riskyUsers = state.riskyUsers.filter(({ id }) => id !== user.id);
  keepNewest(state.riskyUsers, {
    id: user.id,
    isDeleted: user.deletedDateTime !== null,
    isProcessing: false,
    riskLevel: detection.riskLevel,
    riskState: detection.riskState,
    riskDetail: detection.riskDetail,
    riskLastUpdatedDateTime: detection.lastUpdatedDateTime,
    userDisplayName: user.displayName,
    userPrincipalName: user.userPrincipalName,
  });
  tenant.changed();
}

export function raiseRiskDetection(tenant: Tenant, request: RiskDetectionRequest): RiskDetection {
  const { user: name, location, requestId, correlationId, ...wanted } = riskDetectionRequest.parse(request);
  const user = userOf(tenant, name);
  const detectedDateTime = wanted.detectedDateTime ?? nowOf(tenant);
  const detection: RiskDetection = {
    ...wanted,
    id: randomUUID(),
    requestId: requestId === undefined ? randomUUID() : requestId,
    correlationId: correlationId === undefined ? randomUUID() : correlationId,
    activityDateTime: wanted.activityDateTime ?? detectedDateTime,
    detectedDateTime,
    lastUpdatedDateTime: wanted.lastUpdatedDateTime ?? detectedDateTime,
    userId: user.id,
    userDisplayName: user.displayName,
    userPrincipalName: user.userPrincipalName,
    location: locationOf(location),
  };
  keepNewest(tenant.state.riskDetections, detection);
  rateUser(tenant, detection);
  return structuredClone(detection);
}

export function updateRiskDetection(tenant: Tenant, id: string, changes: RiskDetectionChanges): RiskDetection {
  const wanted = riskDetectionChanges.parse(changes);
  const detection = tenant.state.riskDetections.find((known) => known.id === id);
  if (detection === undefined) throw new ControlRefusal(404, `There is no risk detection '${id}'.`);
  Object.assign(detection, { lastUpdatedDateTime: nowOf(tenant), ...wanted });
  rateUser(tenant, detection);
  return structuredClone(detection);
}
