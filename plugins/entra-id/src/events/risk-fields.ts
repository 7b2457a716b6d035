import type { EventField } from '@countermeasure/sdk';

/** @see https://learn.microsoft.com/graph/api/resources/riskdetection */
export const RISK_LEVELS = ['low', 'medium', 'high', 'hidden', 'none'] as const;

/** @see https://learn.microsoft.com/graph/api/resources/riskdetection */
export const RISK_STATES = ['atRisk', 'confirmedCompromised', 'remediated', 'dismissed', 'confirmedSafe', 'none'] as const;

/** Microsoft adds to them. @see https://learn.microsoft.com/graph/api/resources/riskdetail */
export const RISK_DETAILS = [
  'none', 'hidden', 'adminGeneratedTemporaryPassword', 'userPerformedSecuredPasswordChange', 'userPerformedSecuredPasswordReset', 'userChangedPasswordOnPremises',
  'userPassedMFADrivenByRiskBasedPolicy', 'adminConfirmedSigninSafe', 'aiConfirmedSigninSafe', 'adminConfirmedAccountSafe', 'adminConfirmedSigninCompromised',
  'adminConfirmedUserCompromised', 'adminDismissedAllRiskForUser', 'adminDismissedRiskForSignIn', 'm365DAdminDismissedDetection',
] as const;

/** Microsoft adds to them. @see https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks */
export const RISK_EVENT_TYPES = [
  'adminConfirmedUserCompromised', 'anomalousToken', 'anomalousUserActivity', 'anonymizedIPAddress', 'generic', 'impossibleTravel', 'investigationsThreatIntelligence',
  'leakedCredentials', 'maliciousIPAddress', 'malwareInfectedIPAddress', 'mcasSuspiciousInboxManipulationRules', 'newCountry', 'passwordSpray', 'riskyIPAddress',
  'suspiciousAPITraffic', 'suspiciousBrowser', 'suspiciousInboxForwarding', 'suspiciousIPAddress', 'suspiciousSendingPatterns', 'tokenIssuerAnomaly', 'unfamiliarFeatures', 'unlikelyTravel',
] as const;

/** Where a sign-in came from. @see https://learn.microsoft.com/graph/api/resources/signinlocation */
export const LOCATION_FIELDS: readonly EventField[] = [
  { path: 'location.city', title: 'City', type: 'STRING' },
  { path: 'location.state', title: 'State', type: 'STRING' },
  { path: 'location.countryOrRegion', title: 'Country or region, two letters', type: 'STRING' },
  { path: 'location.geoCoordinates.latitude', title: 'Latitude', type: 'NUMBER' },
  { path: 'location.geoCoordinates.longitude', title: 'Longitude', type: 'NUMBER' },
];

/** Whom it is about. */
export const USER_FIELDS: readonly EventField[] = [
  { path: 'userPrincipalName', title: 'User principal name', type: 'STRING' },
  { path: 'userDisplayName', title: 'Display name of the user', type: 'STRING' },
];
