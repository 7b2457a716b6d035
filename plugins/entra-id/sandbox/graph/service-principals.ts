import type { Answer } from '../call.js';
import { guidFor } from '../deterministic-guid.js';
import { GRAPH_APP_ID, GRAPH_PERMISSIONS, isGraphPermission } from '../graph-permissions.js';
import type { Tenant } from '../tenant.js';
import { badRequest, notFound } from './graph-failure.js';
import { contextUrl, graphAnswer } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { parseFilter } from './odata-filter.js';
import { checkFilter, fitsFilter } from './odata-match.js';
import type { FilterScope } from './odata-match.js';
import { READ_APPLICATIONS } from './permission-check.js';

type View = Readonly<Record<string, unknown>> & { readonly id: string; readonly appId: string };

const GRAPH_PRINCIPAL_ID = guidFor('service-principal:microsoft-graph');
const SEEDED_AT = '2025-03-03T08:00:00Z';

function graphPrincipal(): View {
  const appRoles = Object.entries(GRAPH_PERMISSIONS).map(([value, id]) => ({
    id, value, displayName: value, allowedMemberTypes: ['Application'], isEnabled: true, origin: 'Application',
  }));
  return { id: GRAPH_PRINCIPAL_ID, appId: GRAPH_APP_ID, displayName: 'Microsoft Graph', accountEnabled: true, servicePrincipalType: 'Application', appRoles };
}

function principals({ state }: Tenant): View[] {
  const { application, servicePrincipal } = state;
  const own: View = {
    id: servicePrincipal.id,
    appId: application.clientId,
    displayName: application.displayName,
    accountEnabled: true,
    servicePrincipalType: 'Application',
    appRoles: [],
  };
  return servicePrincipal.isPresent ? [own, graphPrincipal()] : [graphPrincipal()];
}

function selectFrom(view: View, select: string | null): Record<string, unknown> {
  if (select === null) return { ...view };
  const names = select.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(name in view));
  if (unknown !== undefined) throw badRequest(`Could not find a property named '${unknown}' on type 'microsoft.graph.servicePrincipal'.`);
  return Object.fromEntries(names.map((name) => [name, view[name]]));
}

function answerOne({ call, tenant }: GraphRequest, isWanted: (view: View) => boolean, name: string): Answer {
  const found = principals(tenant).find(isWanted);
  if (found === undefined) throw notFound(name);
  const selected = selectFrom(found, call.url.searchParams.get('$select'));
  return graphAnswer(call, { '@odata.context': contextUrl(call, 'servicePrincipals/$entity'), ...selected });
}

function getByAppId(request: GraphRequest): Accepted {
  const appId = request.parameters['appId'] ?? '';
  return { needs: [READ_APPLICATIONS], carryOut: () => answerOne(request, (view) => view.appId === appId.toLowerCase(), appId) };
}

function getById(request: GraphRequest): Accepted {
  const id = request.parameters['principalId'] ?? '';
  return { needs: [READ_APPLICATIONS], carryOut: () => answerOne(request, (view) => view.id === id.toLowerCase(), id) };
}

const FILTER: FilterScope = {
  resource: 'ServicePrincipal',
  isAdvanced: false,
  rules: {
    id: { type: 'text', operators: ['eq', 'in'] },
    appId: { type: 'text', operators: ['eq', 'in'] },
    displayName: { type: 'text', operators: ['eq', 'startswith'] },
  },
};

function listPrincipals({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_APPLICATIONS],
    carryOut: () => {
      const text = call.url.searchParams.get('$filter');
      const filter = text === null ? undefined : parseFilter(text);
      if (filter !== undefined) checkFilter(filter, FILTER);
      const found = principals(tenant).filter((view) => filter === undefined || fitsFilter(view, filter, FILTER, (item, name) => item[name]));
      const value = found.map((view) => selectFrom(view, call.url.searchParams.get('$select')));
      return graphAnswer(call, { '@odata.context': contextUrl(call, 'servicePrincipals'), value });
    },
  };
}

function listAppRoleAssignments({ call, tenant, parameters }: GraphRequest): Accepted {
  return {
    needs: [READ_APPLICATIONS],
    carryOut: () => {
      const id = parameters['principalId']?.toLowerCase() ?? '';
      if (!principals(tenant).some((view) => view.id === id)) throw notFound(id);
      const { servicePrincipal, application } = tenant.state;
      const permissions = id === servicePrincipal.id ? servicePrincipal.permissions.filter(isGraphPermission) : [];
      const value = permissions.map((permission) => ({
        id: guidFor(`app-role-assignment:${id}:${permission}`),
        appRoleId: GRAPH_PERMISSIONS[permission],
        createdDateTime: SEEDED_AT,
        deletedDateTime: null,
        principalDisplayName: application.displayName,
        principalId: id,
        principalType: 'ServicePrincipal',
        resourceDisplayName: 'Microsoft Graph',
        resourceId: GRAPH_PRINCIPAL_ID,
      }));
      return graphAnswer(call, { '@odata.context': contextUrl(call, 'appRoleAssignments'), value });
    },
  };
}

/** Applications in the tenant, and what they were granted. */
export const servicePrincipalRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: "/servicePrincipals(appId='{appId}')", kind: 'service-principals', resourceUnits: 1, accept: getByAppId },
  { method: 'GET', path: '/servicePrincipals', kind: 'service-principals', resourceUnits: 1, accept: listPrincipals },
  { method: 'GET', path: '/servicePrincipals/{principalId}', kind: 'service-principals', resourceUnits: 1, accept: getById },
  { method: 'GET', path: '/servicePrincipals/{principalId}/appRoleAssignments', kind: 'service-principals', resourceUnits: 2, accept: listAppRoleAssignments },
];
