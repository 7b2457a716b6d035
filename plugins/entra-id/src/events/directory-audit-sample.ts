import type { EventPayload } from '@countermeasure/sdk';

/** A change as the list answers it. @see https://learn.microsoft.com/graph/api/directoryaudit-list */
export const DIRECTORY_AUDIT_SAMPLE: EventPayload = {
  id: 'Directory_da159bfb-54fa-4092-8a38-6e1fa7870e30_M4Q2X_48391027',
  category: 'RoleManagement',
  correlationId: 'da159bfb-54fa-4092-8a38-6e1fa7870e30',
  result: 'success',
  resultReason: '',
  activityDisplayName: 'Add member to role',
  activityDateTime: '2026-03-01T03:21:09.7215374Z',
  loggedByService: 'Core Directory',
  operationType: 'Assign',
  initiatedBy: {
    user: {
      id: 'a9f0a294-ba5b-4c0c-bc0a-5e9bc18023d2',
      displayName: 'Grace Adeyemi',
      userPrincipalName: 'grace.adeyemi@contoso.example',
      ipAddress: '198.51.100.24',
    },
    app: null,
  },
  targetResources: [
    {
      id: '116f38fe-1b52-4ebd-ad90-cace7c7e2dfc',
      displayName: 'Mira Okafor',
      type: 'User',
      userPrincipalName: 'mira.okafor@contoso.example',
      groupType: null,
      modifiedProperties: [
        { displayName: 'Role.DisplayName', oldValue: null, newValue: '"Exchange Administrator"' },
        { displayName: 'Role.TemplateId', oldValue: null, newValue: '"29232cdf-9323-42fd-ade2-1d097af3e4de"' },
      ],
    },
    { id: '5b3b1f0e-7d52-4c6a-9a0a-0f3f6f6f2a11', displayName: null, type: 'Role', userPrincipalName: null, groupType: null, modifiedProperties: [] },
  ],
  additionalDetails: [{ key: 'User-Agent', value: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' }],
};
