import { defineEventType } from '@countermeasure/sdk';
import { need } from '../permissions.js';
import { entraId } from '../provider.js';
import { HOUR_MS, MINUTE_MS, pollList, SECOND_MS } from './graph-list.js';
import { idOf, keyOf, momentOf } from './payload.js';
import { RISK_DETAILS, RISK_LEVELS, RISK_STATES, USER_FIELDS } from './risk-fields.js';
import { userTargets } from './user-targets.js';

/** @see https://learn.microsoft.com/graph/api/resources/riskyuser */
export const riskyUser = defineEventType(entraId, {
  id: 'entra-id:risky-user',
  title: 'Risky user',
  description:
    'The risk of a user, which Microsoft Entra ID Protection reckons from all detections, changed: it rose, fell, was confirmed, dismissed or remedied. It shows after 5 to 15 minutes, now and then after two hours. It takes Entra ID P2. ' +
    'Every change is an event of its own, the good ones too: limit it by riskState (atRisk, confirmedCompromised) and riskLevel, and use a cooldown. Not in the China cloud.',
  fields: [
    { path: 'riskLevel', title: 'Risk level', type: 'ENUM', values: RISK_LEVELS },
    { path: 'riskState', title: 'State of the risk', type: 'ENUM', values: RISK_STATES },
    { path: 'riskDetail', title: 'Reason for the state', type: 'STRING', values: RISK_DETAILS },
    { path: 'riskLastUpdatedDateTime', title: 'When the risk changed', type: 'DATETIME' },
    { path: 'id', title: 'Object id of the user', type: 'STRING' },
    ...USER_FIELDS,
    { path: 'isDeleted', title: 'Whether the user is deleted', type: 'BOOLEAN' },
    { path: 'isProcessing', title: 'Whether Microsoft is still reckoning', type: 'BOOLEAN' },
  ],
  sample: {
    id: '116f38fe-1b52-4ebd-ad90-cace7c7e2dfc',
    isDeleted: false,
    isProcessing: false,
    riskLastUpdatedDateTime: '2026-03-01T03:19:05.4029188Z',
    riskLevel: 'high',
    riskState: 'atRisk',
    riskDetail: 'none',
    userDisplayName: 'Mira Okafor',
    userPrincipalName: 'mira.okafor@contoso.example',
  },
  // The id of a risky user is the user's own.
  targets: ({ id, userPrincipalName }) => userTargets({ id, userPrincipalName }),
  occurredAt: ({ riskLastUpdatedDateTime }) => momentOf(riskLastUpdatedDateTime),
  dedupeKey: ({ id, riskLastUpdatedDateTime }) => keyOf(idOf(id), idOf(riskLastUpdatedDateTime)),
  /** @see https://learn.microsoft.com/graph/api/riskyuser-list */
  feed: pollList({
    title: 'the risky users',
    remedy: 'Risky users take Microsoft Entra ID P2, and are not in the China cloud. Switch the trigger off where the tenant has neither.',
    path: '/identityProtection/riskyUsers',
    moment: 'riskLastUpdatedDateTime',
    isSortable: true,
    pageSize: 500,
    permission: need(['IdentityRiskyUser.Read.All', 'IdentityRiskyUser.ReadWrite.All'], 'To read the risk of users, whose changes triggers wait for.'),
    // All apps of a tenant share one request a second here, and a refusal does not say how long to wait: https://learn.microsoft.com/graph/throttling-limits
    patienceMs: 15 * SECOND_MS,
    everyMs: MINUTE_MS,
    overlapMs: 2 * HOUR_MS,
  }),
});
