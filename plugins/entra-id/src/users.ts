import { isActionError, type ResolvedTarget } from '@countermeasure/sdk';
import type { GraphClient } from './graph-client.js';

/** Reading users: the least permission, and those that include it. */
export const READ_USERS = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] as const;

/** What the actions look at. Most of it is returned only when it is asked for. */
export interface EntraUser {
  readonly id: string;
  readonly displayName: string | null;
  readonly userPrincipalName: string;
  readonly userType: string | null;
  readonly accountEnabled: boolean;
  readonly onPremisesSyncEnabled: boolean | null;
  readonly signInSessionsValidFromDateTime: string | null;
  readonly passwordProfile: { readonly forceChangePasswordNextSignIn?: boolean; readonly forceChangePasswordNextSignInWithMfa?: boolean } | null;
}

/** An id or user principal name as a path; a guest's `#EXT#` would otherwise cut the address off. */
export function userPath(id: string): string {
  return `/users/${encodeURIComponent(id)}`;
}

export function readUser<Property extends keyof EntraUser>(client: GraphClient, id: string, select: readonly Property[], signal: AbortSignal): Promise<Pick<EntraUser, Property>> {
  return client.get(userPath(id), select, { signal, permissions: READ_USERS });
}

/** Finds a user by object id or user principal name. */
export async function resolveUser(client: GraphClient, name: string, signal: AbortSignal): Promise<ResolvedTarget> {
  const user = await readUser(client, name, ['id', 'displayName', 'userPrincipalName'], signal);
  return toTarget(client, user, signal);
}

/** The user as a target: with the names that people know, and whether it is a privileged one. */
export async function toTarget(client: GraphClient, user: Pick<EntraUser, 'id' | 'displayName' | 'userPrincipalName'>, signal: AbortSignal): Promise<ResolvedTarget> {
  const privileged = await isPrivileged(client, user.id, signal);
  return {
    kind: 'USER',
    id: user.id,
    displayName: user.displayName ?? user.userPrincipalName,
    username: user.userPrincipalName,
    ...(privileged !== undefined && { privileged }),
  };
}

/**
 * Whether the user holds a directory role; undefined when the tenant does not let us read that. Memberships through groups,
 * narrowed to one kind, are an advanced query. @see https://learn.microsoft.com/graph/aad-advanced-queries
 */
async function isPrivileged(client: GraphClient, id: string, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    const path = `${userPath(id)}/transitiveMemberOf/microsoft.graph.directoryRole`;
    const roles = await client.list<{ id: string }>(path, { $select: 'id' }, { signal, permissions: READ_USERS });
    return roles.length > 0;
  } catch (error) {
    signal.throwIfAborted(); // whatever it was aborted with: that is no answer of the tenant's
    if (isActionError(error) && !error.retryable) return undefined;
    throw error;
  }
}

/** A guest's sessions and password belong to the tenant that the guest comes from. */
export function isGuest({ userType, userPrincipalName }: Pick<EntraUser, 'userType' | 'userPrincipalName'>): boolean {
  return userType === 'Guest' || userPrincipalName.includes('#EXT#');
}
