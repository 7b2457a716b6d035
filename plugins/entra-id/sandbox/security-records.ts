import { z } from 'zod';

const nullableText = z.string().nullable();
const openObject = z.record(z.string(), z.unknown());

/** Where an address is. */
const signInLocation = z.object({
  city: nullableText,
  state: nullableText,
  countryOrRegion: nullableText,
  geoCoordinates: z.object({ altitude: z.number().nullable(), latitude: z.number().nullable(), longitude: z.number().nullable() }).nullable(),
});

/** @see https://learn.microsoft.com/graph/api/resources/riskdetection */
export const riskDetection = z.object({
  id: z.string(),
  requestId: nullableText,
  correlationId: nullableText,
  riskEventType: z.string(),
  riskState: z.string(),
  riskLevel: z.string(),
  riskDetail: z.string(),
  source: z.string(),
  detectionTimingType: z.string(),
  activity: z.string(),
  tokenIssuerType: z.string(),
  ipAddress: nullableText,
  activityDateTime: z.string(),
  detectedDateTime: z.string(),
  lastUpdatedDateTime: z.string(),
  userId: z.string(),
  userDisplayName: z.string(),
  userPrincipalName: z.string(),
  additionalInfo: nullableText,
  location: signInLocation,
});

/** Its id is the user's. @see https://learn.microsoft.com/graph/api/resources/riskyuser */
export const riskyUser = z.object({
  id: z.string(),
  isDeleted: z.boolean(),
  isProcessing: z.boolean(),
  riskLevel: z.string(),
  riskState: z.string(),
  riskDetail: z.string(),
  riskLastUpdatedDateTime: z.string(),
  userDisplayName: z.string(),
  userPrincipalName: z.string(),
});

/** @see https://learn.microsoft.com/graph/api/resources/signin */
export const signIn = z.object({
  id: z.string(),
  createdDateTime: z.string(),
  userDisplayName: z.string(),
  userPrincipalName: z.string(),
  userId: z.string(),
  appId: z.string(),
  appDisplayName: z.string(),
  ipAddress: z.string(),
  clientAppUsed: z.string(),
  correlationId: z.string(),
  conditionalAccessStatus: z.string(),
  isInteractive: z.boolean(),
  riskDetail: z.string(),
  riskLevelAggregated: z.string(),
  riskLevelDuringSignIn: z.string(),
  riskState: z.string(),
  riskEventTypes: z.array(z.string()),
  riskEventTypes_v2: z.array(z.string()),
  resourceDisplayName: z.string(),
  resourceId: z.string(),
  status: z.object({ errorCode: z.int(), failureReason: nullableText, additionalDetails: nullableText }),
  deviceDetail: z.object({
    deviceId: nullableText,
    displayName: nullableText,
    operatingSystem: nullableText,
    browser: nullableText,
    isCompliant: z.boolean().nullable(),
    isManaged: z.boolean().nullable(),
    trustType: nullableText,
  }),
  location: signInLocation,
  appliedConditionalAccessPolicies: z.array(openObject),
});

/** @see https://learn.microsoft.com/graph/api/resources/security-alert */
export const securityAlert = z.object({
  id: z.string(),
  providerAlertId: z.string(),
  incidentId: z.string(),
  status: z.string(),
  severity: z.string(),
  classification: nullableText,
  determination: nullableText,
  serviceSource: z.string(),
  detectionSource: z.string(),
  productName: nullableText,
  detectorId: z.string(),
  tenantId: z.string(),
  title: z.string(),
  description: z.string(),
  recommendedActions: z.string(),
  category: z.string(),
  assignedTo: nullableText,
  alertWebUrl: z.string(),
  incidentWebUrl: z.string(),
  actorDisplayName: nullableText,
  threatDisplayName: nullableText,
  threatFamilyName: nullableText,
  mitreTechniques: z.array(z.string()),
  createdDateTime: z.string(),
  lastUpdateDateTime: z.string(),
  resolvedDateTime: nullableText,
  firstActivityDateTime: z.string(),
  lastActivityDateTime: z.string(),
  systemTags: z.array(z.string()),
  alertPolicyId: nullableText,
  additionalData: openObject.nullable(),
  comments: z.array(openObject),
  evidence: z.array(openObject),
});

export type RiskDetection = z.infer<typeof riskDetection>;
export type SignIn = z.infer<typeof signIn>;
export type SecurityAlert = z.infer<typeof securityAlert>;
export type SignInLocation = z.infer<typeof signInLocation>;

/** More than any test raises, and few enough to be written with every change. */
const MOST_RECORDS = 10_000;

/** Adds a record; the oldest ones make room for it. */
export function keepNewest<Kept>(records: Kept[], added: Kept): void {
  records.push(added);
  if (records.length > MOST_RECORDS) records.splice(0, records.length - MOST_RECORDS);
}
