import type { DirectoryUser } from '../tenant-state.js';
import { denied, notFound } from './graph-failure.js';
import { contextUrl, graphAnswer, noContent } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { mayChange } from './hierarchy.js';
import { CHANGE_PASSWORD_PROFILE, ENABLE_OR_DISABLE, READ_USERS, REVOKE_SESSIONS } from './permission-check.js';
import { changeUser, initiator } from './user-change.js';
import { readUserChange } from './user-change-body.js';
import { selectedUserProperties, selectionContext, viewUser } from './user-properties.js';

const REVOKE_DENIED = 'Access to invalidate refresh tokens operation is denied.';

/** The user that the path names; 404 when there is none or it is deleted. */
export function userInPath({ tenant, parameters }: GraphRequest): DirectoryUser {
  const name = parameters['userId'] ?? '';
  const user = tenant.directory.find(name);
  if (user === undefined) throw notFound(name);
  return user;
}

function answerUser(request: GraphRequest, user: DirectoryUser): ReturnType<typeof graphAnswer> {
  const selected = selectedUserProperties(request.call.url.searchParams.get('$select'));
  const seen = request.tenant.directory.asRead(user);
  return graphAnswer(request.call, {
    '@odata.context': contextUrl(request.call, `${selectionContext('users', selected)}/$entity`),
    ...viewUser(seen, selected),
  });
}

function getUser(request: GraphRequest): Accepted {
  return { needs: [READ_USERS], carryOut: () => answerUser(request, userInPath(request)) };
}

function getManager(request: GraphRequest): Accepted {
  return {
    needs: [READ_USERS],
    carryOut: () => {
      const { managerId } = userInPath(request);
      const manager = managerId === null ? undefined : request.tenant.directory.find(managerId);
      if (manager === undefined) throw notFound('manager');
      return answerUser(request, manager);
    },
  };
}

function updateUser(request: GraphRequest): Accepted {
  const body = readUserChange(request.call);
  const needs = [
    ...(body.accountEnabled === undefined ? [] : [ENABLE_OR_DISABLE]),
    ...(body.passwordProfile === undefined ? [] : [CHANGE_PASSWORD_PROFILE]),
  ];
  return {
    needs,
    carryOut: () => {
      const changed = changeUser(request, userInPath(request), body);
      request.call.entry.changed = changed;
      request.call.entry.hadEffect = changed.length > 0;
      return noContent(request.call);
    },
  };
}

function revokeSessions(request: GraphRequest): Accepted {
  const { call, tenant } = request;
  return {
    needs: [REVOKE_SESSIONS],
    denial: REVOKE_DENIED,
    carryOut: () => {
      const user = userInPath(request);
      const needsRole = tenant.behaviour.revokeNeedsRoleForPrivileged;
      if (needsRole && !mayChange(tenant.state.servicePrincipal.directoryRoles, user, tenant.directory)) throw denied(REVOKE_DENIED);
      // A guest's sessions are those of the home tenant: the answer is the same, and nothing happens.
      if (user.userType !== 'Guest') markSessionsRevoked(request, user);
      return graphAnswer(call, { '@odata.context': contextUrl(call, 'Edm.Boolean'), value: true });
    },
  };
}

function markSessionsRevoked(request: GraphRequest, user: DirectoryUser): void {
  const { call, tenant } = request;
  call.entry.changed = tenant.directory.change(user, {
    properties: { signInSessionsValidFromDateTime: new Date(tenant.now()).toISOString() },
    activity: 'Update StsRefreshTokenValidFrom Timestamp',
    ...initiator(request),
  });
  call.entry.hadEffect = call.entry.changed.length > 0;
}

/** One user: read, changed, signed out. */
export const userRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/users/{userId}', kind: 'users.get', resourceUnits: 1, accept: getUser },
  { method: 'PATCH', path: '/users/{userId}', kind: 'users.update', resourceUnits: 1, accept: updateUser },
  { method: 'POST', path: '/users/{userId}/revokeSignInSessions', kind: 'users.revoke-sessions', resourceUnits: 1, accept: revokeSessions },
  { method: 'POST', path: '/users/{userId}/microsoft.graph.revokeSignInSessions', kind: 'users.revoke-sessions', resourceUnits: 1, accept: revokeSessions },
  { method: 'GET', path: '/users/{userId}/manager', kind: 'users.manager', resourceUnits: 1, accept: getManager },
];
