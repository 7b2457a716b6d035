import { directoryRoleName, directoryRoleObjectId } from '../directory-roles.js';
import type { DirectoryGroup } from '../tenant-state.js';
import { badRequest } from './graph-failure.js';
import { contextUrl, graphAnswer } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { allGroupsOf, rolesThroughGroups } from './memberships.js';
import { pageOf } from './odata-page.js';
import { isAllowed, READ_GROUPS, READ_ROLE_ASSIGNMENTS, READ_USERS } from './permission-check.js';
import { userInPath } from './users.js';

type Membership = Readonly<Record<string, unknown>> & { readonly id: string };

function roleView(templateId: string, isReadable: boolean): Membership {
  return {
    '@odata.type': '#microsoft.graph.directoryRole',
    id: directoryRoleObjectId(templateId),
    deletedDateTime: null,
    description: null,
    displayName: isReadable ? (directoryRoleName(templateId) ?? null) : null,
    roleTemplateId: isReadable ? templateId : null,
  };
}

function groupView(group: DirectoryGroup, isReadable: boolean): Membership {
  const visible = { displayName: group.displayName, isAssignableToRole: group.isAssignableToRole, securityEnabled: true, mailEnabled: false };
  const hidden = { displayName: null, isAssignableToRole: null, securityEnabled: null, mailEnabled: null };
  return {
    '@odata.type': '#microsoft.graph.group',
    id: group.id,
    deletedDateTime: null,
    groupTypes: [],
    ...(isReadable ? visible : hidden),
  };
}

/** What may not be read shows as an id of a known type with nulls: that is Graph's way, not a refusal. */
function membershipsOf(request: GraphRequest, isTransitive: boolean): Membership[] {
  const { caller, tenant } = request;
  const { directory } = tenant;
  const user = userInPath(request);
  const groups = isTransitive ? allGroupsOf(user, directory) : user.groupIds.flatMap((id) => directory.group(id) ?? []);
  const roleIds = new Set([...user.directoryRoles, ...(isTransitive ? rolesThroughGroups(user, directory) : [])]);
  return [
    ...[...roleIds].map((id) => roleView(id, isAllowed(caller, READ_ROLE_ASSIGNMENTS))),
    ...groups.map((group) => groupView(group, isAllowed(caller, READ_GROUPS))),
  ];
}

const SELECTABLE = [
  'id', 'displayName', 'description', 'roleTemplateId', 'deletedDateTime', 'groupTypes', 'isAssignableToRole', 'securityEnabled', 'mailEnabled',
];

function selectFrom(membership: Membership, select: string | null): Record<string, unknown> {
  if (select === null) return { ...membership };
  const names = select.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !SELECTABLE.includes(name));
  if (unknown !== undefined) throw badRequest(`Could not find a property named '${unknown}' on type 'microsoft.graph.directoryObject'.`);
  const present = names.filter((name) => name in membership).map((name): [string, unknown] => [name, membership[name]]);
  return { '@odata.type': membership['@odata.type'], ...Object.fromEntries(present) };
}

function listMemberships(isTransitive: boolean, type?: 'directoryRole' | 'group'): (request: GraphRequest) => Accepted {
  return (request) => ({
    needs: [READ_USERS],
    carryOut: () => {
      const { call } = request;
      const all = membershipsOf(request, isTransitive);
      const wanted = type === undefined ? all : all.filter((membership) => membership['@odata.type'] === `#microsoft.graph.${type}`);
      const page = pageOf(call, wanted, (membership) => membership.id);
      const set = type === 'directoryRole' ? 'directoryRoles' : type === 'group' ? 'groups' : 'directoryObjects';
      return graphAnswer(call, {
        '@odata.context': contextUrl(call, set),
        ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
        value: page.items.map((membership) => selectFrom(membership, call.url.searchParams.get('$select'))),
      });
    },
  });
}

function route(path: string, accept: GraphRoute['accept']): GraphRoute {
  return { method: 'GET', path: `/users/{userId}/${path}`, kind: 'users.memberships', resourceUnits: 2, accept };
}

/** Which groups and roles a user is in. */
export const membershipRoutes: readonly GraphRoute[] = [
  route('memberOf', listMemberships(false)),
  route('memberOf/microsoft.graph.directoryRole', listMemberships(false, 'directoryRole')),
  route('memberOf/microsoft.graph.group', listMemberships(false, 'group')),
  route('transitiveMemberOf', listMemberships(true)),
  route('transitiveMemberOf/microsoft.graph.directoryRole', listMemberships(true, 'directoryRole')),
  route('transitiveMemberOf/microsoft.graph.group', listMemberships(true, 'group')),
];
