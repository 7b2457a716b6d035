import type { EventPayload } from '@countermeasure/sdk';

/** A sign-in as the list answers it. @see https://learn.microsoft.com/graph/api/signin-list */
export const SIGN_IN_SAMPLE: EventPayload = {
  id: '66ea54eb-6301-4ee5-be62-ff5a759b0100',
  createdDateTime: '2026-03-01T03:12:45Z',
  userDisplayName: 'Mira Okafor',
  userPrincipalName: 'mira.okafor@contoso.example',
  userId: '116f38fe-1b52-4ebd-ad90-cace7c7e2dfc',
  appId: 'de8bc8b5-d9f9-48b1-a8ad-b748da725064',
  appDisplayName: 'Graph Explorer',
  ipAddress: '203.0.113.7',
  clientAppUsed: 'Browser',
  correlationId: 'd79f5bee-5860-4832-928f-3133e22ae912',
  conditionalAccessStatus: 'notApplied',
  isInteractive: true,
  riskDetail: 'none',
  riskLevelAggregated: 'high',
  riskLevelDuringSignIn: 'high',
  riskState: 'atRisk',
  riskEventTypes: ['anonymizedIPAddress'],
  riskEventTypes_v2: ['anonymizedIPAddress', 'unfamiliarFeatures'],
  resourceDisplayName: 'Microsoft Graph',
  resourceId: '00000003-0000-0000-c000-000000000000',
  status: { errorCode: 0, failureReason: 'Other.', additionalDetails: 'MFA requirement satisfied by claim in the token' },
  deviceDetail: {
    deviceId: '9d3f3c4e-51b0-4f0c-8f0e-2c55a1c7e0d4',
    displayName: 'CONTOSO-L-0417',
    operatingSystem: 'Windows10',
    browser: 'Firefox 140.0',
    isCompliant: false,
    isManaged: false,
    trustType: 'Azure AD registered',
  },
  location: { city: 'Reykjavik', state: 'Hofudborgarsvaedi', countryOrRegion: 'IS', geoCoordinates: { altitude: null, latitude: 64.1466, longitude: -21.9426 } },
  appliedConditionalAccessPolicies: [
    { id: 'de7e60eb-ed89-4d73-8205-2227def6b7c9', displayName: 'Require MFA for guests', enforcedGrantControls: ['Mfa'], enforcedSessionControls: [], result: 'notApplied' },
  ],
};
