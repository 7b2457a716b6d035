import { defineEventType } from '@countermeasure/sdk';
import { need } from '../permissions.js';
import { entraId } from '../provider.js';
import { MINUTE_MS, pollList, SECOND_MS } from './graph-list.js';
import { idOf, momentOf } from './payload.js';
import { LOCATION_FIELDS, RISK_DETAILS, RISK_EVENT_TYPES, RISK_LEVELS, RISK_STATES, USER_FIELDS } from './risk-fields.js';
import { SIGN_IN_SAMPLE } from './sign-in-sample.js';
import { userTargets } from './user-targets.js';

/** @see https://learn.microsoft.com/graph/api/resources/signin */
export const signIn = defineEventType(entraId, {
  id: 'entra-id:sign-in',
  title: 'Sign-in',
  description:
    'Somebody signed in, or tried to, and took part in it: tokens that are renewed in the background and sign-ins of apps are not among them. It shows after 2 to 5 minutes as a rule, now and then much later. It takes Entra ID P1 or P2; what it says of risk takes P2 and is "hidden" otherwise. ' +
    'Failures come as well: status.errorCode is 0 for a success. A failed sign-in tells that somebody knows the name of a user, not that the user did anything; whoever acts on failures lets anybody lock users out. userPrincipalName is in lower case, and a guest\'s is the address at home. ' +
    'There are many of them: limit it well.',
  fields: [
    { path: 'status.errorCode', title: 'Error code, 0 for a success', type: 'NUMBER' },
    { path: 'status.failureReason', title: 'Why it failed', type: 'STRING' },
    { path: 'status.additionalDetails', title: 'More about the outcome', type: 'STRING' },
    { path: 'userId', title: 'Object id of the user', type: 'STRING' },
    ...USER_FIELDS,
    { path: 'ipAddress', title: 'IP address', type: 'STRING', isAddress: true },
    ...LOCATION_FIELDS,
    { path: 'appDisplayName', title: 'App', type: 'STRING' },
    { path: 'appId', title: 'Application id', type: 'STRING' },
    { path: 'resourceDisplayName', title: 'Resource', type: 'STRING' },
    { path: 'resourceId', title: 'Id of the resource', type: 'STRING' },
    { path: 'clientAppUsed', title: 'Kind of client', type: 'STRING', values: ['Browser', 'Mobile Apps and Desktop clients', 'Exchange ActiveSync', 'IMAP4', 'MAPI Over HTTP', 'Authenticated SMTP', 'POP3', 'Other clients'] },
    { path: 'conditionalAccessStatus', title: 'Outcome of Conditional Access', type: 'ENUM', values: ['success', 'failure', 'notApplied'] },
    { path: 'appliedConditionalAccessPolicies.displayName', title: 'Conditional Access policies', type: 'STRING_LIST' },
    { path: 'appliedConditionalAccessPolicies.result', title: 'Outcome of each policy', type: 'STRING_LIST', values: ['success', 'failure', 'notApplied', 'notEnabled', 'unknown'] },
    { path: 'isInteractive', title: 'Whether the user took part', type: 'BOOLEAN' },
    { path: 'riskLevelDuringSignIn', title: 'Risk level at the time', type: 'ENUM', values: RISK_LEVELS },
    { path: 'riskLevelAggregated', title: 'Risk level in sum', type: 'ENUM', values: RISK_LEVELS },
    { path: 'riskState', title: 'State of the risk', type: 'ENUM', values: RISK_STATES },
    { path: 'riskDetail', title: 'Reason for the state', type: 'STRING', values: RISK_DETAILS },
    { path: 'riskEventTypes_v2', title: 'Kinds of risk', type: 'STRING_LIST', values: RISK_EVENT_TYPES },
    { path: 'riskEventTypes', title: 'Kinds of risk, in the older list', type: 'STRING_LIST', values: RISK_EVENT_TYPES },
    { path: 'deviceDetail.deviceId', title: 'Id of the device', type: 'STRING' },
    { path: 'deviceDetail.displayName', title: 'Device', type: 'STRING' },
    { path: 'deviceDetail.operatingSystem', title: 'Operating system', type: 'STRING' },
    { path: 'deviceDetail.browser', title: 'Browser', type: 'STRING' },
    { path: 'deviceDetail.isCompliant', title: 'Whether the device is compliant', type: 'BOOLEAN' },
    { path: 'deviceDetail.isManaged', title: 'Whether the device is managed', type: 'BOOLEAN' },
    { path: 'deviceDetail.trustType', title: 'How the device is joined', type: 'STRING' },
    { path: 'createdDateTime', title: 'When it was', type: 'DATETIME' },
    { path: 'correlationId', title: 'Correlation id', type: 'STRING' },
    { path: 'id', title: 'Id of the sign-in', type: 'STRING' },
  ],
  sample: SIGN_IN_SAMPLE,
  targets: ({ userId, userPrincipalName }) => userTargets({ id: userId, userPrincipalName }),
  occurredAt: ({ createdDateTime }) => momentOf(createdDateTime),
  dedupeKey: ({ id }) => idOf(id),
  /** @see https://learn.microsoft.com/graph/api/signin-list */
  feed: pollList({
    title: 'the sign-in log',
    remedy: 'The sign-in log takes Microsoft Entra ID P1 or P2. Where the tenant has it, grant Directory.Read.All beside AuditLog.Read.All: some tenants ask for both.',
    path: '/auditLogs/signIns',
    moment: 'createdDateTime',
    isSortable: true,
    pageSize: 999,
    permission: need(['AuditLog.Read.All'], 'To read the sign-ins that triggers wait for.'),
    patienceMs: 10 * SECOND_MS,
    // The logs have five requests in ten seconds for an app in a tenant: https://learn.microsoft.com/graph/throttling-limits
    everyMs: 2 * MINUTE_MS,
    overlapMs: 15 * MINUTE_MS,
  }),
});
