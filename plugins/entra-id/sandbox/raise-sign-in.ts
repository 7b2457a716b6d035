import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { guidFor } from './deterministic-guid.js';
import { GRAPH_APP_ID } from './graph-permissions.js';
import { locationOf, moment, nowOf, place, RISK_LEVELS, RISK_STATES, STRANGE_ADDRESS, userOf } from './raise-parts.js';
import { keepNewest } from './security-records.js';
import type { SignIn } from './security-records.js';
import type { Tenant } from './tenant.js';

const device = z.strictObject({
  deviceId: z.string(),
  displayName: z.string().nullable(),
  operatingSystem: z.string().nullable(),
  browser: z.string().nullable(),
  isCompliant: z.boolean().nullable(),
  isManaged: z.boolean().nullable(),
  trustType: z.string().nullable(),
}).partial();

/** A sign-in as the log tells it; one that succeeded, from a strange place, when nothing else is said. */
export const signInRequest = z.strictObject({
  /** Object id or user principal name. */
  user: z.string(),
  createdDateTime: moment.optional(),
  ipAddress: z.string().default(STRANGE_ADDRESS),
  location: place.optional(),
  /** An AADSTS number; 0 is a success. */
  errorCode: z.int().nonnegative().default(0),
  failureReason: z.string().optional(),
  additionalDetails: z.string().nullable().default(null),
  appId: z.string().default(guidFor('application:mail')),
  appDisplayName: z.string().default('Contoso Mail'),
  clientAppUsed: z.string().default('Browser'),
  isInteractive: z.boolean().default(true),
  conditionalAccessStatus: z.enum(['success', 'failure', 'notApplied']).default('notApplied'),
  correlationId: z.string().optional(),
  deviceDetail: device.default({}),
  riskDetail: z.string().default('none'),
  riskLevelDuringSignIn: z.enum(RISK_LEVELS).default('none'),
  riskLevelAggregated: z.enum(RISK_LEVELS).default('none'),
  riskState: z.enum(RISK_STATES).default('none'),
  riskEventTypes: z.array(z.string()).default([]),
  resourceDisplayName: z.string().default('Microsoft Graph'),
  resourceId: z.string().default(GRAPH_APP_ID),
});

export type SignInRequest = z.input<typeof signInRequest>;

/** The log knows everybody in small letters, and a guest by the name at home. */
function nameInLog({ userType, mail, userPrincipalName }: { userType: string; mail: string | null; userPrincipalName: string }): string {
  return (userType === 'Guest' ? (mail ?? userPrincipalName) : userPrincipalName).toLowerCase();
}

function statusOf({ errorCode, failureReason, additionalDetails }: z.output<typeof signInRequest>): SignIn['status'] {
  return { errorCode, failureReason: failureReason ?? (errorCode === 0 ? 'Other.' : `AADSTS${errorCode}`), additionalDetails };
}

const NO_DEVICE: SignIn['deviceDetail'] = {
  deviceId: '', displayName: null, operatingSystem: 'Windows10', browser: 'Firefox 140.0', isCompliant: false, isManaged: false, trustType: null,
};

export function raiseSignIn(tenant: Tenant, request: SignInRequest): SignIn {
  const wanted = signInRequest.parse(request);
  const { user: name, errorCode: _code, failureReason: _reason, additionalDetails: _details, ...said } = wanted;
  const user = userOf(tenant, name);
  const signIn: SignIn = {
    ...said,
    id: randomUUID(),
    createdDateTime: said.createdDateTime ?? nowOf(tenant),
    userDisplayName: user.displayName,
    userPrincipalName: nameInLog(user),
    userId: user.id,
    correlationId: said.correlationId ?? randomUUID(),
    riskEventTypes_v2: said.riskEventTypes,
    status: statusOf(wanted),
    deviceDetail: { ...NO_DEVICE, ...said.deviceDetail },
    location: locationOf(said.location),
    appliedConditionalAccessPolicies: [],
  };
  keepNewest(tenant.state.signIns, signIn);
  tenant.changed();
  return structuredClone(signIn);
}
