import { guidFor } from '../deterministic-guid.js';
import type { Tenant } from '../tenant.js';
import { badRequest } from './graph-failure.js';
import { contextUrl, graphAnswer } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { parseFilter } from './odata-filter.js';
import { checkFilter, fitsFilter } from './odata-match.js';
import type { FilterScope } from './odata-match.js';
import { pageOf } from './odata-page.js';
import { READ_ROLE_ASSIGNMENTS } from './permission-check.js';

interface RoleAssignment {
  readonly id: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  readonly directoryScopeId: string;
}

const PROPERTIES = ['id', 'principalId', 'roleDefinitionId', 'directoryScopeId'] as const;

function assignmentsOf(principalId: string, roleDefinitionIds: readonly string[]): RoleAssignment[] {
  return roleDefinitionIds.map((roleDefinitionId) => ({
    id: guidFor(`role-assignment:${principalId}:${roleDefinitionId}`),
    principalId,
    roleDefinitionId,
    directoryScopeId: '/',
  }));
}

function allAssignments({ state, directory }: Tenant): RoleAssignment[] {
  const { servicePrincipal } = state;
  return [
    ...(servicePrincipal.isPresent ? assignmentsOf(servicePrincipal.id, servicePrincipal.directoryRoles) : []),
    ...directory.all().flatMap((user) => assignmentsOf(user.id, [...user.directoryRoles, ...user.customRoles])),
    ...[...directory.groups()].flatMap((group) => assignmentsOf(group.id, group.directoryRoles)),
  ];
}

const FILTER: FilterScope = {
  resource: 'UnifiedRoleAssignment',
  isAdvanced: false,
  rules: {
    principalId: { type: 'text', operators: ['eq', 'in'] },
    roleDefinitionId: { type: 'text', operators: ['eq', 'in'] },
    directoryScopeId: { type: 'text', operators: ['eq'] },
  },
};

function readProperty(assignment: RoleAssignment, name: string): unknown {
  return assignment[name as keyof RoleAssignment];
}

function selectFrom(assignment: RoleAssignment, select: string | null): Record<string, unknown> {
  if (select === null) return { ...assignment };
  const names = select.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(PROPERTIES as readonly string[]).includes(name));
  if (unknown !== undefined) throw badRequest(`Could not find a property named '${unknown}' on type 'microsoft.graph.unifiedRoleAssignment'.`);
  return Object.fromEntries(names.map((name) => [name, readProperty(assignment, name)]));
}

function listAssignments({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_ROLE_ASSIGNMENTS],
    carryOut: () => {
      const text = call.url.searchParams.get('$filter');
      const filter = text === null ? undefined : parseFilter(text);
      if (filter !== undefined) checkFilter(filter, FILTER);
      const found = allAssignments(tenant).filter((assignment) => filter === undefined || fitsFilter(assignment, filter, FILTER, readProperty));
      const page = pageOf(call, found, (assignment) => assignment.id);
      return graphAnswer(call, {
        '@odata.context': contextUrl(call, 'roleManagement/directory/roleAssignments'),
        ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
        value: page.items.map((assignment) => selectFrom(assignment, call.url.searchParams.get('$select'))),
      });
    },
  };
}

/** Who holds which directory role. */
export const roleAssignmentRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/roleManagement/directory/roleAssignments', kind: 'role-assignments', resourceUnits: 1, accept: listAssignments },
];
