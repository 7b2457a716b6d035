import { ActionError, isActionError, type CheckContext, type ConnectionReport } from '@countermeasure/sdk';
import { z } from 'zod';
import type { TokenClaims } from './access-token.js';
import { expiryWarning } from './app-credential.js';
import { permissionOf } from './app-roles.js';
import type { GraphClient } from './graph-client.js';
import { REACHING_ROLE_IDS } from './privileged-role.js';
import { READ_USERS } from './users.js';

const READ_ASSIGNMENTS = ['Application.Read.All', 'Application.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const READ_ROLES = ['RoleManagement.Read.Directory', 'Directory.Read.All', 'RoleManagement.ReadWrite.Directory'];

/** What a new token for the tenant and a few reads say of the connection. */
export async function checkConnection({ client, signal }: CheckContext<GraphClient>): Promise<ConnectionReport> {
  const claims = await client.newClaims(signal);
  refuseForeign(claims, client);
  await reachGraph(client, claims, signal);
  const [arriving, role] = await Promise.all([readArriving(client, claims, signal), readPrivilegedRole(client, claims, signal)]);
  const warning = expiryWarning(client.connection.app, new Date());
  return {
    ...(claims.tid !== undefined && { tenantId: claims.tid }),
    ...(claims.isReadable && { granted: claims.roles }),
    arriving,
    privilegedRole: role,
    warnings: warning === undefined ? [] : [warning],
  };
}

/** A token of another tenant or app proves nothing about this connection. */
function refuseForeign({ tid, appid }: TokenClaims, { connection: { settings, app } }: GraphClient): void {
  const isGuid = z.guid().safeParse(settings.tenantId).success;
  if (isGuid && tid !== undefined && tid.toLowerCase() !== settings.tenantId) {
    throw new ActionError('WRONG_TENANT', 'Microsoft gave a token for another tenant.', { concernsConnection: true, remedy: 'Check that ENTRA_AUTHORITY_HOST and the credential belong to the connection\'s tenant; a managed identity only serves its own.' });
  }
  if (appid !== undefined && app.clientId !== undefined && appid.toLowerCase() !== app.clientId.toLowerCase() && app.kind !== 'MANAGED') {
    throw new ActionError('AUTHENTICATION_FAILED', 'Microsoft gave a token for another app.', { concernsConnection: true, remedy: 'Check ENTRA_AUTHORITY_HOST.' });
  }
}

/** A token is no proof that Graph can be reached: one read that costs next to nothing, where something may be read. */
async function reachGraph(graph: GraphClient, { roles, oid }: TokenClaims, signal: AbortSignal): Promise<void> {
  const may = (permissions: readonly string[]): boolean => permissions.some((permission) => roles.includes(permission));
  if (may(READ_USERS)) await graph.read('/users', { $top: '1', $select: 'id' }, { signal, isTokenNew: true, permissions: READ_USERS });
  else if (may(READ_ASSIGNMENTS) && oid !== undefined) await graph.get(`/servicePrincipals/${oid}`, ['id'], { signal, isTokenNew: true, permissions: READ_ASSIGNMENTS });
}

/** What the directory says was granted and the token does not hold yet. Nobody has to let us read it. */
async function readArriving(graph: GraphClient, { oid, roles }: TokenClaims, signal: AbortSignal): Promise<string[]> {
  if (oid === undefined || !READ_ASSIGNMENTS.some((permission) => roles.includes(permission))) return [];
  try {
    const assignments = await graph.read<{ appRoleId: string }>(`/servicePrincipals/${oid}/appRoleAssignments`, {}, { signal, isTokenNew: true, permissions: READ_ASSIGNMENTS });
    return assignments.flatMap(({ appRoleId }) => permissionOf(appRoleId) ?? []).filter((permission) => !roles.includes(permission));
  } catch (error) {
    return orRethrow(error, signal, []);
  }
}

/** Roles that reach the whole tenant, given to the app itself; those that come by a group stand in the token alone. */
async function readPrivilegedRole(graph: GraphClient, { oid, wids }: TokenClaims, signal: AbortSignal): Promise<NonNullable<ConnectionReport['privilegedRole']>> {
  if (wids.some((id) => REACHING_ROLE_IDS.includes(id))) return { held: true };
  if (oid === undefined) return { reason: 'The token does not tell which service principal it was given to.' };
  try {
    const query = { $filter: `principalId eq '${oid}'`, $select: 'roleDefinitionId,directoryScopeId' };
    const assignments = await graph.read<{ roleDefinitionId: string; directoryScopeId: string }>('/roleManagement/directory/roleAssignments', query, { signal, isTokenNew: true, permissions: READ_ROLES });
    return { held: assignments.some(({ roleDefinitionId, directoryScopeId }) => directoryScopeId === '/' && REACHING_ROLE_IDS.includes(roleDefinitionId.toLowerCase())) };
  } catch (error) {
    return orRethrow(error, signal, { reason: whyUnread(error) });
  }
}

function whyUnread(error: unknown): string {
  if (isActionError(error) && error.code === 'PERMISSION_MISSING') return 'Reading it takes the permission RoleManagement.Read.Directory, which the tenant has not granted; nothing else depends on it.';
  return isActionError(error) ? `It could not be read: ${error.message}` : 'It could not be read.';
}

/** What only tells more must not make a connection look broken; but whoever gave up gets no answer. */
function orRethrow<T>(error: unknown, signal: AbortSignal, otherwise: T): T {
  signal.throwIfAborted();
  if (isActionError(error)) return otherwise;
  throw error;
}
