/** The application id of Microsoft Graph, the same in every tenant. */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

/** Application permissions of Microsoft Graph with the ids of their app roles. */
export const GRAPH_PERMISSIONS = {
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'User.ReadWrite.All': '741f803b-c850-494e-b5df-cde7c675a1ca',
  'User.RevokeSessions.All': '77f3a031-c388-4f99-b373-dc68676a979e',
  'User.EnableDisableAccount.All': '3011c876-62b7-4ada-afa2-506cbbecc68c',
  'User-PasswordProfile.ReadWrite.All': 'cc117bb9-00cf-4eb8-b580-ea2a878fe8f7',
  'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
  'Directory.ReadWrite.All': '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
  'GroupMember.Read.All': '98830695-27a2-44c1-8c18-0c3ebc9698f6',
  'Group.Read.All': '5b567255-7703-4780-807c-7be8301ae99b',
  'RoleManagement.Read.Directory': '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
  'RoleManagement.ReadWrite.Directory': '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8',
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'Application.ReadWrite.All': '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9',
  'Organization.Read.All': '498476ce-e0fe-48b0-b801-37ba7e2685c6',
  'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da',
  'IdentityRiskEvent.Read.All': '6e472fd1-ad78-48da-a0f0-97ab2c6b769e',
  'IdentityRiskyUser.Read.All': 'dc5007c0-2d7d-4c42-879c-2dab87571379',
  'IdentityRiskyUser.ReadWrite.All': '656f6061-f9fe-4807-9708-6a2e0934df76',
  'SecurityAlert.Read.All': '472e4a4d-bb4a-4026-98d1-0b0d74cb74a5',
} as const;

export type GraphPermission = keyof typeof GRAPH_PERMISSIONS;

export const GRAPH_PERMISSION_NAMES = Object.keys(GRAPH_PERMISSIONS) as readonly GraphPermission[];

/** What the sandbox's application asks an administrator for: the permissions of the four actions, reading users, and reading the events. */
export const REQUESTED_PERMISSIONS: readonly GraphPermission[] = [
  'User.Read.All',
  'User.RevokeSessions.All',
  'User.EnableDisableAccount.All',
  'User-PasswordProfile.ReadWrite.All',
  'IdentityRiskEvent.Read.All',
  'IdentityRiskyUser.Read.All',
  'AuditLog.Read.All',
  'SecurityAlert.Read.All',
];

export function isGraphPermission(name: string): name is GraphPermission {
  return Object.hasOwn(GRAPH_PERMISSIONS, name);
}
