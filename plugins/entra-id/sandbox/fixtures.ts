import { guidFor } from './deterministic-guid.js';
import { DIRECTORY_ROLES } from './directory-roles.js';
import type { DirectoryRoleName } from './directory-roles.js';
import type { DirectoryGroup, DirectoryUser, TenantState } from './tenant-state.js';

export const PRIMARY_DOMAIN = 'contoso.example';
export const INITIAL_DOMAIN = 'contososandbox.onmicrosoft.com';
export const FEDERATED_DOMAIN = 'federated.contoso.example';

export const DOMAINS: TenantState['domains'] = [
  { name: PRIMARY_DOMAIN, isFederated: false, isDefault: true },
  { name: INITIAL_DOMAIN, isFederated: false, isDefault: false },
  { name: FEDERATED_DOMAIN, isFederated: true, isDefault: false },
];

/** An ordinary, enabled user for first steps. */
export const EXAMPLE_USER = `mira.okafor@${PRIMARY_DOMAIN}`;

/** A role definition of the tenant's own. */
export const CUSTOM_ROLE = { id: guidFor('role-definition:device-desk'), displayName: 'Device Desk Operator' } as const;

const SEEDED_AT = '2025-03-03T08:00:00Z';

interface UserSketch {
  readonly name: string;
  /** The part before the @; unlike `upn` it goes with the primary domain. */
  readonly alias?: string;
  readonly upn?: string;
  readonly mail?: string | null;
  readonly job?: string;
  readonly department?: string;
  readonly roles?: readonly DirectoryRoleName[];
  readonly groups?: readonly string[];
  readonly manager?: string;
  readonly isSynced?: boolean;
  readonly isDisabled?: boolean;
  readonly more?: Partial<DirectoryUser>;
}

function aliasOf(sketch: UserSketch): string {
  return sketch.alias ?? sketch.name.toLowerCase().replaceAll(' ', '.');
}

function upnOf(sketch: UserSketch): string {
  return sketch.upn ?? `${aliasOf(sketch)}@${PRIMARY_DOMAIN}`;
}

function onPremisesOf(sketch: UserSketch, position: number): DirectoryUser['onPremises'] {
  if (!sketch.isSynced) return null;
  return {
    samAccountName: aliasOf(sketch).replaceAll('.', '').slice(0, 20),
    domainName: 'corp.contoso.example',
    securityIdentifier: `S-1-5-21-1004336348-1177238915-682003330-${1100 + position}`,
    lastSyncDateTime: SEEDED_AT,
  };
}

function textDefaults(sketch: UserSketch) {
  const [givenName, ...rest] = sketch.name.split(' ');
  return {
    displayName: sketch.name,
    givenName: givenName ?? null,
    surname: rest.join(' ') || null,
    mail: sketch.mail === undefined ? upnOf(sketch) : sketch.mail,
    mailNickname: aliasOf(sketch),
    jobTitle: sketch.job ?? null,
    department: sketch.department ?? null,
    officeLocation: null,
    preferredLanguage: 'en-US',
  };
}

function userFrom(sketch: UserSketch, position: number): DirectoryUser {
  return {
    id: guidFor(`user:${aliasOf(sketch)}`),
    userPrincipalName: upnOf(sketch),
    ...textDefaults(sketch),
    userType: 'Member',
    externalUserState: null,
    accountEnabled: !sketch.isDisabled,
    createdDateTime: SEEDED_AT,
    deletedDateTime: null,
    passwordProfile: null,
    lastPasswordChangeDateTime: SEEDED_AT,
    signInSessionsValidFromDateTime: SEEDED_AT,
    onPremises: onPremisesOf(sketch, position),
    managerId: sketch.manager === undefined ? null : guidFor(`user:${sketch.manager}`),
    directoryRoles: (sketch.roles ?? []).map((role) => DIRECTORY_ROLES[role]),
    customRoles: [],
    groupIds: (sketch.groups ?? []).map((group) => guidFor(`group:${group}`)),
    quirks: {},
    pendingSync: null,
    ...sketch.more,
  };
}

const SKETCHES: readonly UserSketch[] = [
  { name: 'Mira Okafor', job: 'Financial Analyst', department: 'Finance', manager: 'tomas.lindqvist', groups: ['finance'] },
  { name: 'Jonas Weber', job: 'Sales Manager', department: 'Sales', manager: 'tomas.lindqvist' },
  { name: 'Priya Raman', job: 'Software Engineer', department: 'Engineering', groups: ['engineering'] },
  { name: 'Tomas Lindqvist', job: 'Chief Financial Officer', department: 'Finance' },
  { name: 'Elena Petrova', job: 'Recruiter', department: 'People', isDisabled: true },
  { name: 'Grace Adeyemi', job: 'Directory Owner', department: 'IT', roles: ['Global Administrator'] },
  { name: 'Omar Haddad', job: 'Device Engineer', department: 'IT', more: { customRoles: [CUSTOM_ROLE.id] } },
  { name: 'Lucia Romero', job: 'Identity Engineer', department: 'IT', groups: ['tier-zero'] },
  { name: 'Ben Carter', job: 'Service Desk', department: 'IT', roles: ['Helpdesk Administrator'] },
  { name: 'Hana Sato', job: 'Identity Operations', department: 'IT', roles: ['Authentication Administrator'] },
  { name: 'Ravi Menon', job: 'Auditor', department: 'Risk', roles: ['Directory Readers', 'Reports Reader'] },
  {
    name: 'Kim Novak',
    alias: 'kim.novak_fabrikam.example',
    upn: `kim.novak_fabrikam.example#EXT#@${INITIAL_DOMAIN}`,
    mail: 'kim.novak@fabrikam.example',
    more: { userType: 'Guest', externalUserState: 'Accepted' },
  },
  { name: 'Pavel Guest', alias: 'pavel.guest', job: 'Consultant', more: { userType: 'Guest' } },
  { name: 'Samir Nasser', job: 'Warehouse Lead', department: 'Logistics', isSynced: true },
  { name: 'Rita Castro', job: 'Dispatcher', department: 'Logistics', isSynced: true, more: { quirks: { syncRevertAfterMs: 2_000 } } },
  { name: 'Femi Bello', job: 'Partner Manager', department: 'Sales', upn: `femi.bello@${FEDERATED_DOMAIN}` },
  { name: 'Former Employee', department: 'Sales', more: { deletedDateTime: '2026-06-01T09:30:00Z', accountEnabled: false } },
  { name: 'Break Glass One', alias: 'breakglass1', upn: `breakglass1@${INITIAL_DOMAIN}`, mail: null, roles: ['Global Administrator'] },
  { name: 'Break Glass Two', alias: 'breakglass2', upn: `breakglass2@${INITIAL_DOMAIN}`, mail: null, roles: ['Global Administrator'] },
  {
    name: 'On-Premises Directory Synchronization Service Account',
    alias: 'Sync_DC01_5f2a91c07e3d',
    upn: `Sync_DC01_5f2a91c07e3d@${INITIAL_DOMAIN}`,
    mail: null,
    roles: ['Directory Synchronization Accounts'],
  },
  { name: "Sean O'Neil", alias: "sean.o'neil", job: 'Counsel', department: 'Legal' },
  { name: 'Zoë Müller-Ångström', alias: 'zoe.mueller', job: 'Designer', department: 'Engineering', groups: ['engineering'] },
  { name: 'Alex Morgan', alias: 'alex.morgan', job: 'Buyer', department: 'Procurement' },
  { name: 'Alex Morgan', alias: 'alex.morgan2', job: 'Technician', department: 'Facilities' },
  { name: 'Kiosk Reception', alias: 'kiosk.reception', mail: null, department: 'Facilities' },
  { name: 'Clara Conflict', job: 'Planner', department: 'Logistics', more: { quirks: { conflictsLeft: 1 } } },
  { name: 'Lars Slow', job: 'Archivist', department: 'Legal', more: { quirks: { readBackLagMs: 3_000 } } },
];

/** The people of a new tenant, and as many nameless ones after them as a test of paging wants. */
export function seededUsers(fillerCount = 0): DirectoryUser[] {
  const fillers = Array.from({ length: fillerCount }, (_, index): UserSketch => {
    const number = String(index + 1).padStart(4, '0');
    return { name: `Filler ${number}`, alias: `filler.${number}`, department: 'Filler' };
  });
  return [...SKETCHES, ...fillers].map(userFrom);
}

export function seededGroups(): DirectoryGroup[] {
  const group = (name: string, displayName: string, more: Partial<DirectoryGroup> = {}): DirectoryGroup => ({
    id: guidFor(`group:${name}`),
    displayName,
    isAssignableToRole: false,
    parentGroupIds: [],
    directoryRoles: [],
    ...more,
  });
  return [
    group('everybody', 'Everybody'),
    group('finance', 'Finance', { parentGroupIds: [guidFor('group:everybody')] }),
    group('engineering', 'Engineering', { parentGroupIds: [guidFor('group:everybody')] }),
    group('tier-zero', 'Tier Zero Operators', {
      isAssignableToRole: true,
      directoryRoles: [DIRECTORY_ROLES['Privileged Role Administrator']],
    }),
  ];
}
