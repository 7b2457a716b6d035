import type { EventField } from '@countermeasure/sdk';

/** @see https://learn.microsoft.com/graph/api/resources/security-alert#servicesource-values */
const SERVICE_SOURCES = [
  'microsoftDefenderForEndpoint', 'microsoftDefenderForIdentity', 'microsoftDefenderForCloudApps', 'microsoftDefenderForOffice365', 'microsoft365Defender',
  'azureAdIdentityProtection', 'microsoftAppGovernance', 'dataLossPrevention', 'microsoftDefenderForCloud', 'microsoftSentinel', 'unknown',
] as const;

/** @see https://learn.microsoft.com/graph/api/resources/security-alert#detectionsource-values */
const DETECTION_SOURCES = [
  'microsoftDefenderForEndpoint', 'antivirus', 'smartScreen', 'customTi', 'microsoftDefenderForOffice365', 'automatedInvestigation', 'microsoftThreatExperts',
  'customDetection', 'microsoftDefenderForIdentity', 'cloudAppSecurity', 'microsoft365Defender', 'azureAdIdentityProtection', 'manual', 'microsoftDataLossPrevention',
  'appGovernancePolicy', 'appGovernanceDetection', 'microsoftDefenderForCloud', 'microsoftSentinel', 'unknown',
] as const;

/** @see https://learn.microsoft.com/graph/api/resources/security-alert#alertdetermination-values */
const DETERMINATIONS = [
  'unknown', 'apt', 'malware', 'securityPersonnel', 'securityTesting', 'unwantedSoftware', 'multiStagedAttack', 'compromisedAccount', 'phishing', 'maliciousUserActivity',
  'notMalicious', 'notEnoughDataToValidate', 'confirmedActivity', 'lineOfBusinessApplication', 'other',
] as const;

/** @see https://learn.microsoft.com/graph/api/resources/security-alertevidence#evidencerole-values */
const EVIDENCE_ROLES = [
  'compromised', 'attacked', 'attacker', 'suspicious', 'contextual', 'source', 'destination', 'scanned', 'created', 'added', 'edited', 'loaded', 'commandAndControl', 'policyViolator', 'unknown',
] as const;

export const SECURITY_ALERT_FIELDS: readonly [EventField, ...EventField[]] = [
  { path: 'title', title: 'Title', type: 'STRING' },
  { path: 'severity', title: 'Severity', type: 'ENUM', values: ['informational', 'low', 'medium', 'high', 'unknown'] },
  { path: 'status', title: 'Status', type: 'ENUM', values: ['new', 'inProgress', 'resolved', 'unknown'] },
  { path: 'classification', title: 'Classification', type: 'ENUM', values: ['unknown', 'truePositive', 'falsePositive', 'informationalExpectedActivity'] },
  { path: 'determination', title: 'Determination', type: 'STRING', values: DETERMINATIONS },
  { path: 'serviceSource', title: 'Product', type: 'STRING', values: SERVICE_SOURCES },
  { path: 'detectionSource', title: 'What detected it', type: 'STRING', values: DETECTION_SOURCES },
  { path: 'detectorId', title: 'Id of the detector', type: 'STRING' },
  { path: 'category', title: 'Stage of the attack', type: 'STRING', values: ['InitialAccess', 'Execution', 'Persistence', 'PrivilegeEscalation', 'DefenseEvasion', 'CredentialAccess', 'Discovery', 'LateralMovement', 'Collection', 'CommandAndControl', 'Exfiltration', 'Impact', 'SuspiciousActivity', 'Malware', 'Ransomware'] },
  { path: 'mitreTechniques', title: 'MITRE ATT&CK techniques', type: 'STRING_LIST' },
  { path: 'description', title: 'Description', type: 'STRING' },
  { path: 'assignedTo', title: 'Whom it is assigned to', type: 'STRING' },
  { path: 'actorDisplayName', title: 'Attacker', type: 'STRING' },
  { path: 'threatDisplayName', title: 'Threat', type: 'STRING' },
  { path: 'threatFamilyName', title: 'Family of the threat', type: 'STRING' },
  { path: 'systemTags', title: 'Tags', type: 'STRING_LIST' },
  { path: 'evidence.userAccount.userPrincipalName', title: 'User principal names, of any evidence', type: 'STRING_LIST' },
  { path: 'evidence.userAccount.azureAdUserId', title: 'Object ids of users, of any evidence', type: 'STRING_LIST' },
  { path: 'evidence.userAccount.accountName', title: 'Account names, of any evidence', type: 'STRING_LIST' },
  { path: 'evidence.userAccount.domainName', title: 'Domains of accounts, of any evidence', type: 'STRING_LIST' },
  { path: 'evidence.userAccount.displayName', title: 'Display names of users, of any evidence', type: 'STRING_LIST' },
  { path: 'evidence.roles', title: 'Parts that the evidence plays', type: 'ENUM_LIST', values: EVIDENCE_ROLES },
  { path: 'evidence.verdict', title: 'Verdicts on the evidence', type: 'ENUM_LIST', values: ['unknown', 'suspicious', 'malicious', 'noThreatsFound'] },
  { path: 'evidence.remediationStatus', title: 'What was done about the evidence', type: 'STRING_LIST', values: ['none', 'remediated', 'prevented', 'blocked', 'notFound'] },
  { path: 'evidence.ipAddress', title: 'IP addresses', type: 'STRING_LIST', isAddress: true },
  { path: 'evidence.deviceDnsName', title: 'Names of devices', type: 'STRING_LIST' },
  { path: 'evidence.tags', title: 'Tags of the evidence', type: 'STRING_LIST' },
  { path: 'createdDateTime', title: 'When the alert was made', type: 'DATETIME' },
  { path: 'lastUpdateDateTime', title: 'When it last changed', type: 'DATETIME' },
  { path: 'firstActivityDateTime', title: 'The first activity', type: 'DATETIME' },
  { path: 'lastActivityDateTime', title: 'The last activity', type: 'DATETIME' },
  { path: 'resolvedDateTime', title: 'When it was resolved', type: 'DATETIME' },
  { path: 'incidentId', title: 'Id of the incident', type: 'STRING' },
  { path: 'incidentWebUrl', title: 'Address of the incident', type: 'STRING' },
  { path: 'alertWebUrl', title: 'Address of the alert', type: 'STRING' },
  { path: 'providerAlertId', title: 'Id of the alert in the product', type: 'STRING' },
  { path: 'tenantId', title: 'Tenant', type: 'STRING' },
  { path: 'id', title: 'Id of the alert', type: 'STRING' },
];
