import type { Answer, Call } from '../call.js';
import type { Protocol } from '../serve-call.js';
import type { Tenant } from '../tenant.js';
import type { Cost } from '../throttle.js';
import { authenticate } from './authenticate.js';
import type { Caller } from './authenticate.js';
import { faultAnswer, failureAnswer, GraphFailure, throttledAnswer } from './graph-failure.js';
import { makeRouteFinder, pathSegments } from './graph-route.js';
import type { GraphRoute, MatchedRoute } from './graph-route.js';
import { checkPermission } from './permission-check.js';
import { directoryAuditRoutes } from './directory-audits.js';
import { identityProtectionRoutes } from './identity-protection.js';
import { organizationRoutes } from './organization.js';
import { roleAssignmentRoutes } from './role-assignments.js';
import { securityAlertRoutes } from './security-alerts.js';
import { servicePrincipalRoutes } from './service-principals.js';
import { signInRoutes } from './sign-ins.js';
import { subscriptionRoutes } from './subscriptions.js';
import { userListRoutes } from './user-list.js';
import { membershipRoutes } from './user-memberships.js';
import { userRoutes } from './users.js';

const ROUTES: readonly GraphRoute[] = [
  ...userListRoutes,
  ...userRoutes,
  ...membershipRoutes,
  ...organizationRoutes,
  ...servicePrincipalRoutes,
  ...roleAssignmentRoutes,
  ...directoryAuditRoutes,
  ...signInRoutes,
  ...identityProtectionRoutes,
  ...securityAlertRoutes,
  ...subscriptionRoutes,
];

const findRoute = makeRouteFinder(ROUTES);

function routeOf(call: Call): MatchedRoute | undefined {
  const segments = pathSegments(call.url.pathname);
  return segments === undefined ? undefined : findRoute(call.method, segments);
}

function noSuchRoute(call: Call): GraphFailure {
  const segments = pathSegments(call.url.pathname);
  if (segments === undefined) return new GraphFailure(400, 'BadRequest', 'The path is not properly percent-encoded.');
  return new GraphFailure(400, 'BadRequest', `Resource not found for the segment '${segments.at(-1) ?? ''}'.`);
}

function costOf(call: Call, matched: MatchedRoute | undefined): Cost {
  const isWrite = call.method !== 'GET';
  const top = Number(call.url.searchParams.get('$top') ?? Number.NaN);
  const cheaper = (call.url.searchParams.has('$select') ? 1 : 0) + (top < 20 ? 1 : 0);
  const specialLimit = matched?.route.specialLimit;
  return { isWrite, ...(specialLimit !== undefined && { specialLimit }), resourceUnits: Math.max(1, (matched?.route.resourceUnits ?? 1) - (isWrite ? 0 : cheaper)) };
}

/** The checks in the order in which Graph makes them; a client sees the first that fails. */
async function answerInOrder(call: Call, tenant: Tenant): Promise<Answer> {
  const caller = await authenticate(call, tenant);
  const matched = routeOf(call);
  const { tenantId, application } = tenant.state;
  const refusal = tenant.throttle.admit(costOf(call, matched), tenant.now());
  if (refusal !== undefined) {
    const scope = `Tenant_Application/ReadWrite/${application.clientId}/${tenantId}`;
    return throttledAnswer(call, refusal, scope, tenant.now());
  }
  if (matched === undefined) throw noSuchRoute(call);
  return answerRoute(call, matched, caller, tenant);
}

async function answerRoute(call: Call, { route, parameters }: MatchedRoute, caller: Caller, tenant: Tenant): Promise<Answer> {
  const accepted = route.accept({ call, caller, tenant, parameters });
  if (!tenant.state.servicePrincipal.isPresent) {
    throw new GraphFailure(403, 'Authorization_IdentityNotFound', 'The identity of the calling application could not be established.');
  }
  checkPermission(caller, accepted.needs, accepted.denial);
  return accepted.carryOut();
}

function withCostHeaders(answer: Answer, call: Call, tenant: Tenant): Answer {
  const share = tenant.throttle.usedShare();
  const warning: Record<string, string> = share >= 0.8 ? { 'x-ms-throttle-limit-percentage': share.toFixed(2) } : {};
  const units = String(costOf(call, routeOf(call)).resourceUnits);
  return { ...answer, headers: { ...answer.headers, 'x-ms-resource-unit': units, ...warning } };
}

/** Microsoft Graph v1.0, as far as the plugin and its administrators need it. */
export function graphProtocol(tenant: Tenant): Protocol {
  return {
    identify: (call) => {
      const matched = routeOf(call);
      if (matched === undefined) return;
      call.entry.kind = matched.route.kind;
      const { userId } = matched.parameters;
      call.entry.userId = userId === undefined ? null : (tenant.directory.findDeletedToo(userId)?.id ?? null);
    },
    respond: async (call) => {
      try {
        return withCostHeaders(await answerInOrder(call, tenant), call, tenant);
      } catch (error) {
        if (!(error instanceof GraphFailure)) throw error;
        return failureAnswer(call, error, tenant.now());
      }
    },
    faultAnswer: (call, fault) => faultAnswer(call, fault, tenant.now()),
  };
}
