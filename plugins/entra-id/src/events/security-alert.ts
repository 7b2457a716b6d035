import { defineEventType, type EventPayload } from '@countermeasure/sdk';
import { need } from '../permissions.js';
import { entraId } from '../provider.js';
import { MINUTE_MS, pollList, SECOND_MS } from './graph-list.js';
import { idOf, keyOf, momentOf, recordOf, recordsOf } from './payload.js';
import { SECURITY_ALERT_FIELDS } from './security-alert-fields.js';
import { SECURITY_ALERT_SAMPLE } from './security-alert-sample.js';
import { userTargets, type UserNames } from './user-targets.js';

const USER_EVIDENCE = '#microsoft.graph.security.userEvidence';

/**
 * The user of a piece of evidence that is a user. Those of other evidence may be bystanders: whoever a process ran as,
 * everybody whose mailbox a phishing mail reached.
 * @see https://learn.microsoft.com/graph/api/resources/security-userevidence
 */
function userOf(evidence: EventPayload): UserNames[] {
  if (evidence['@odata.type'] !== USER_EVIDENCE) return [];
  const { azureAdUserId, userPrincipalName } = recordOf(evidence['userAccount']);
  return [{ id: azureAdUserId, userPrincipalName }];
}

/** @see https://learn.microsoft.com/graph/api/resources/security-alert */
export const securityAlert = defineEventType(entraId, {
  id: 'microsoft:security-alert',
  title: 'Security alert',
  description:
    'An alert of Microsoft Defender XDR, or of a product that reports to it: Defender for Endpoint, Identity, Office 365 and Cloud Apps, Entra ID Protection, Purview, Sentinel. It shows some minutes after the product saw the matter. It takes a licence of one of these products. ' +
    'An alert comes again with every change: evidence is added, somebody takes it on, it is resolved. Limit it by status (new), severity and serviceSource, and use a cooldown. ' +
    'It is about every user whom it names as evidence of the type userEvidence, also where evidence.roles says attacked or contextual and not compromised; accounts of other evidence, and those without an object id or user principal name (local and on-premises accounts), are nobody to act on.',
  fields: SECURITY_ALERT_FIELDS,
  sample: SECURITY_ALERT_SAMPLE,
  targets: ({ evidence }) => userTargets(...recordsOf(evidence).flatMap(userOf)),
  // Each change is an event, so it happened when the alert changed.
  occurredAt: ({ lastUpdateDateTime, createdDateTime }) => momentOf(lastUpdateDateTime) ?? momentOf(createdDateTime),
  dedupeKey: ({ id, lastUpdateDateTime }) => keyOf(idOf(id), idOf(lastUpdateDateTime)),
  /**
   * The list does not offer $orderby, and shows the newest first. That is of no harm: an alert that changes while pages are
   * read moves to the front, and is found there by the next look.
   * @see https://learn.microsoft.com/graph/api/security-list-alerts_v2
   */
  feed: pollList({
    title: 'the security alerts',
    remedy: 'Alerts take a licence of Microsoft Defender or another product that reports to Microsoft Defender XDR, and a first visit of security.microsoft.com, which sets it up.',
    path: '/security/alerts_v2',
    moment: 'lastUpdateDateTime',
    isSortable: false,
    pageSize: 100,
    permission: need(['SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'], 'To read the security alerts that triggers wait for.'),
    patienceMs: 10 * SECOND_MS,
    everyMs: MINUTE_MS,
    overlapMs: 30 * MINUTE_MS,
  }),
});
