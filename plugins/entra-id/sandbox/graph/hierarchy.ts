import type { Directory } from '../directory.js';
import { DIRECTORY_ROLES, directoryRoleName } from '../directory-roles.js';
import type { DirectoryRoleName } from '../directory-roles.js';
import type { DirectoryUser } from '../tenant-state.js';
import { rolesThroughGroups } from './memberships.js';

const ANYBODY: readonly DirectoryRoleName[] = [];
const HIGHEST: readonly DirectoryRoleName[] = ['Privileged Authentication Administrator', 'Global Administrator'];
const MAY_CHANGE_HELPDESK: readonly DirectoryRoleName[] = ['User Administrator', ...HIGHEST];

/**
 * Which roles may change a user that holds the role. Roles that are not listed are privileged: only the highest reach
 * them. Those that read or invite protect nobody, so an application needs no role of its own for them.
 */
const MAY_CHANGE: Readonly<Partial<Record<DirectoryRoleName, readonly DirectoryRoleName[]>>> = {
  'Directory Readers': ANYBODY,
  'Guest Inviter': ANYBODY,
  'Message Center Reader': ANYBODY,
  'Password Administrator': ANYBODY,
  'Reports Reader': ANYBODY,
  'Usage Summary Reports Reader': ANYBODY,
  'Groups Administrator': MAY_CHANGE_HELPDESK,
  'Helpdesk Administrator': MAY_CHANGE_HELPDESK,
  'User Administrator': MAY_CHANGE_HELPDESK,
  'Authentication Administrator': ['Authentication Administrator', ...HIGHEST],
};

/** The roles of which an application needs at least one to change any user's password, where the tenant wants that. */
export const MAY_CHANGE_PASSWORDS: readonly DirectoryRoleName[] = ['User Administrator', 'Authentication Administrator', ...HIGHEST];

export function holdsOneOf(actorRoleIds: readonly string[], wanted: readonly DirectoryRoleName[]): boolean {
  return wanted.some((name) => actorRoleIds.includes(DIRECTORY_ROLES[name]));
}

function protectionsOf(user: DirectoryUser, directory: Directory): (readonly DirectoryRoleName[])[] {
  const roleIds = [...user.directoryRoles, ...rolesThroughGroups(user, directory)];
  const protections = roleIds.map((id) => {
    const name = directoryRoleName(id);
    return (name === undefined ? undefined : MAY_CHANGE[name]) ?? HIGHEST;
  });
  const isInRoleAssignableGroup = user.groupIds.some((id) => directory.group(id)?.isAssignableToRole === true);
  return user.customRoles.length > 0 || isInRoleAssignableGroup ? [...protections, HIGHEST] : protections;
}

/** Whether a service principal with these roles may change this user: each of the user's roles must allow it. */
export function mayChange(actorRoleIds: readonly string[], user: DirectoryUser, directory: Directory): boolean {
  return protectionsOf(user, directory).every((allowed) => allowed.length === 0 || holdsOneOf(actorRoleIds, allowed));
}
