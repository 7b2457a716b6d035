import { defineEventType, type EventPayload } from '@countermeasure/sdk';
import { need } from '../permissions.js';
import { entraId } from '../provider.js';
import { HOUR_MS, MINUTE_MS, pollList, SECOND_MS } from './graph-list.js';
import { idOf, momentOf } from './payload.js';
import { LOCATION_FIELDS, RISK_DETAILS, RISK_EVENT_TYPES, RISK_LEVELS, RISK_STATES, USER_FIELDS } from './risk-fields.js';
import { userTargets } from './user-targets.js';

/** Detections that are worked out afterwards take up to two days. @see https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks */
const LATEST_MS = 48 * HOUR_MS;

/** Somebody's verdict about a detection of last month changes it, too; it does not make it a new one. */
function isNew({ detectedDateTime }: EventPayload, since: Date): boolean {
  const detected = momentOf(detectedDateTime);
  return detected === undefined || Date.parse(detected) >= since.getTime() - LATEST_MS;
}

/** @see https://learn.microsoft.com/graph/api/resources/riskdetection */
export const riskDetection = defineEventType(entraId, {
  id: 'entra-id:risk-detection',
  title: 'Risk detection',
  description:
    'Microsoft Entra ID Protection saw a sign of danger about a user or a sign-in: leaked credentials, an unfamiliar place, a password spray. Detections in real time show after 5 to 10 minutes, those worked out afterwards after up to 48 hours (detectionTimingType tells them apart). ' +
    'It takes Entra ID P1 or P2; without P2 many have the riskEventType "generic" and the riskLevel "hidden". A detection is one event, as it was first seen: what is found out or decided later brings no second one, so the risk of a user as it changes is "Risky user". ' +
    'Limit it by riskState (atRisk, confirmedCompromised), since a detection that Microsoft has settled itself comes as well. Not in the China cloud.',
  fields: [
    { path: 'riskEventType', title: 'Kind of risk', type: 'STRING', values: RISK_EVENT_TYPES },
    { path: 'riskLevel', title: 'Risk level', type: 'ENUM', values: RISK_LEVELS },
    { path: 'riskState', title: 'State of the risk', type: 'ENUM', values: RISK_STATES },
    { path: 'riskDetail', title: 'Reason for the state', type: 'STRING', values: RISK_DETAILS },
    { path: 'detectionTimingType', title: 'When it was detected', type: 'ENUM', values: ['realtime', 'nearRealtime', 'offline', 'notDefined'] },
    { path: 'activity', title: 'What it is linked to', type: 'ENUM', values: ['signin', 'user'] },
    { path: 'source', title: 'Source', type: 'STRING' },
    { path: 'tokenIssuerType', title: 'Issuer of the token', type: 'STRING', values: ['AzureAD', 'ADFederationServices'] },
    { path: 'userId', title: 'Object id of the user', type: 'STRING' },
    ...USER_FIELDS,
    { path: 'ipAddress', title: 'IP address', type: 'STRING', isAddress: true },
    ...LOCATION_FIELDS,
    { path: 'activityDateTime', title: 'When the activity was', type: 'DATETIME' },
    { path: 'detectedDateTime', title: 'When it was detected', type: 'DATETIME' },
    { path: 'lastUpdatedDateTime', title: 'When it was last changed', type: 'DATETIME' },
    { path: 'additionalInfo', title: 'More, as JSON text (the user agent, among others)', type: 'STRING' },
    { path: 'requestId', title: 'Request id of the sign-in', type: 'STRING' },
    { path: 'correlationId', title: 'Correlation id of the sign-in', type: 'STRING' },
    { path: 'id', title: 'Id of the detection', type: 'STRING' },
  ],
  sample: {
    id: 'c2b6c2b9-dddc-acd0-2b39-d519d803dbc3',
    requestId: '66ea54eb-6301-4ee5-be62-ff5a759b0100',
    correlationId: 'd79f5bee-5860-4832-928f-3133e22ae912',
    riskEventType: 'anonymizedIPAddress',
    riskState: 'atRisk',
    riskLevel: 'high',
    riskDetail: 'none',
    source: 'IdentityProtection',
    detectionTimingType: 'realtime',
    activity: 'signin',
    tokenIssuerType: 'AzureAD',
    ipAddress: '203.0.113.7',
    activityDateTime: '2026-03-01T03:12:45.6195833Z',
    detectedDateTime: '2026-03-01T03:14:02.1131443Z',
    lastUpdatedDateTime: '2026-03-01T03:17:31.8874016Z',
    userId: '116f38fe-1b52-4ebd-ad90-cace7c7e2dfc',
    userDisplayName: 'Mira Okafor',
    userPrincipalName: 'mira.okafor@contoso.example',
    additionalInfo: '[{"Key":"userAgent","Value":"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}]',
    location: { city: 'Reykjavik', state: 'Hofudborgarsvaedi', countryOrRegion: 'IS', geoCoordinates: { latitude: 64.1466, longitude: -21.9426 } },
  },
  targets: ({ userId, userPrincipalName }) => userTargets({ id: userId, userPrincipalName }),
  occurredAt: ({ activityDateTime, detectedDateTime }) => momentOf(activityDateTime) ?? momentOf(detectedDateTime),
  dedupeKey: ({ id }) => idOf(id),
  /**
   * Asked by the last change and not by the detection: one that shows late may have been detected long before the last look.
   * The documents of the list name $filter alone; that of the permissions sorts it, too.
   * @see https://learn.microsoft.com/graph/api/riskdetection-list
   */
  feed: pollList({
    title: 'the risk detections',
    remedy: 'Risk detections take Microsoft Entra ID P1 or P2, and are not in the China cloud. Switch the trigger off where the tenant has neither.',
    path: '/identityProtection/riskDetections',
    moment: 'lastUpdatedDateTime',
    isSortable: true,
    pageSize: 500,
    permission: need(['IdentityRiskEvent.Read.All', 'IdentityRiskEvent.ReadWrite.All'], 'To read the risk detections that triggers wait for.'),
    // All apps of a tenant share one request a second here, and a refusal does not say how long to wait: https://learn.microsoft.com/graph/throttling-limits
    patienceMs: 15 * SECOND_MS,
    everyMs: MINUTE_MS,
    overlapMs: 2 * HOUR_MS,
    isNews: isNew,
  }),
});
