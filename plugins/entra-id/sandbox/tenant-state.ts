import { z } from 'zod';
import { riskDetection, riskyUser, securityAlert, signIn } from './security-records.js';
import { subscriptionRecord } from './subscription-record.js';

const nullableText = z.string().nullable();

/** What the flags of a user's password say; the password itself is never kept. */
const passwordProfile = z.object({
  forceChangePasswordNextSignIn: z.boolean(),
  forceChangePasswordNextSignInWithMfa: z.boolean(),
});

const onPremises = z.object({
  samAccountName: z.string(),
  domainName: z.string(),
  securityIdentifier: z.string(),
  lastSyncDateTime: z.string(),
});

/** Where an account behaves unlike the others, so that clients can be tried against it. */
const quirks = z.object({
  /** How many of the next PATCH calls are refused with 409. */
  conflictsLeft: z.int().nonnegative().optional(),
  /** How long reads show the old state after a change, in place of the tenant's `effectDelayMs`. */
  readBackLagMs: z.int().nonnegative().optional(),
  /** When the synchronisation puts `accountEnabled` back, in place of the tenant's `syncRevertAfterMs`. */
  syncRevertAfterMs: z.int().nonnegative().optional(),
});

const directoryUser = z.object({
  id: z.guid(),
  userPrincipalName: z.string(),
  displayName: z.string(),
  givenName: nullableText,
  surname: nullableText,
  mail: nullableText,
  mailNickname: z.string(),
  jobTitle: nullableText,
  department: nullableText,
  officeLocation: nullableText,
  preferredLanguage: nullableText,
  userType: z.enum(['Member', 'Guest']),
  externalUserState: nullableText,
  accountEnabled: z.boolean(),
  createdDateTime: z.string(),
  deletedDateTime: nullableText,
  passwordProfile: passwordProfile.nullable(),
  lastPasswordChangeDateTime: z.string(),
  signInSessionsValidFromDateTime: z.string(),
  onPremises: onPremises.nullable(),
  managerId: z.guid().nullable(),
  /** Template ids of the built-in roles that the user holds directly. */
  directoryRoles: z.array(z.guid()),
  /** Ids of the tenant's own role definitions that the user holds. */
  customRoles: z.array(z.guid()),
  groupIds: z.array(z.guid()),
  quirks,
  /** What the synchronisation from the premises will put back, and when. */
  pendingSync: z.object({ atMs: z.number(), accountEnabled: z.boolean() }).nullable(),
});

const directoryGroup = z.object({
  id: z.guid(),
  displayName: z.string(),
  isAssignableToRole: z.boolean(),
  parentGroupIds: z.array(z.guid()),
  directoryRoles: z.array(z.guid()),
});

const auditRecord = z.object({
  id: z.guid(),
  activityDisplayName: z.string(),
  activityDateTime: z.string(),
  correlationId: z.string(),
  initiatedByApp: z.string(),
  userId: z.guid(),
  userPrincipalName: z.string(),
  modifiedProperties: z.array(z.object({ displayName: z.string(), oldValue: nullableText, newValue: nullableText })),
});

const application = z.object({
  clientId: z.guid(),
  clientSecret: z.string().min(20),
  isSecretExpired: z.boolean(),
  displayName: z.string(),
  /** The application permissions of the registration: what an administrator is asked to grant. */
  requestedPermissions: z.array(z.string()),
});

const servicePrincipal = z.object({
  id: z.guid(),
  /** False until an administrator consents for the first time. */
  isPresent: z.boolean(),
  permissions: z.array(z.string()),
  /** Template ids of the directory roles given to the service principal. */
  directoryRoles: z.array(z.guid()),
});

/** Everything about the tenant that outlives a restart. */
export const tenantState = z.object({
  version: z.literal(1),
  tenantId: z.guid(),
  displayName: z.string(),
  domains: z.array(z.object({ name: z.string(), isFederated: z.boolean(), isDefault: z.boolean() })),
  /** The port of the last start, taken again when it is free. */
  port: z.int().nonnegative(),
  /** Kept, so that a process that was told to trust ca.pem goes on trusting it after a restart. */
  certificate: z.object({ certificatePem: z.string(), privateKeyPem: z.string(), expiresAtMs: z.number() }),
  signingKey: z.record(z.string(), z.unknown()),
  application,
  servicePrincipal,
  users: z.array(directoryUser),
  groups: z.array(directoryGroup),
  audits: z.array(auditRecord),
  // The state of an older sandbox has none of these.
  riskDetections: z.array(riskDetection).default([]),
  riskyUsers: z.array(riskyUser).default([]),
  signIns: z.array(signIn).default([]),
  securityAlerts: z.array(securityAlert).default([]),
  subscriptions: z.array(subscriptionRecord).default([]),
});

export type TenantState = z.infer<typeof tenantState>;
export type DirectoryUser = z.infer<typeof directoryUser>;
export type DirectoryGroup = z.infer<typeof directoryGroup>;
export type AuditRecord = z.infer<typeof auditRecord>;
export type PasswordProfile = z.infer<typeof passwordProfile>;
