import type { TargetReference } from '@countermeasure/sdk';

/** What a payload says of one user. */
export interface UserNames {
  readonly id: unknown;
  readonly userPrincipalName: unknown;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Stands where there is no user: in sign-ins with a name that the tenant does not know, and in audit records. */
const NO_GUID = '00000000-0000-0000-0000-000000000000';

const PRINCIPAL_NAME = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const LONGEST_PRINCIPAL_NAME = 256;

/**
 * Each user once, by object id, which is for ever, or else by user principal name. Any other name (an account name, a
 * display name) can be several people's: whoever has only such a one is left out, and not guessed.
 */
export function userTargets(...users: readonly UserNames[]): readonly TargetReference[] {
  const known = users.map(({ id, userPrincipalName }) => ({ id: guidOf(id), name: principalNameOf(userPrincipalName) }));
  const namesWithId = new Set(known.flatMap(({ id, name }) => (id !== undefined && name !== undefined ? [name.toLowerCase()] : [])));
  const ids = new Map<string, string>();
  for (const { id, name } of known) {
    if (id !== undefined) ids.set(id, id);
    else if (name !== undefined && !namesWithId.has(name.toLowerCase()) && !ids.has(name.toLowerCase())) ids.set(name.toLowerCase(), name);
  }
  return [...ids.values()].map((id) => ({ kind: 'USER', id }));
}

function guidOf(value: unknown): string | undefined {
  return typeof value === 'string' && GUID.test(value) && value !== NO_GUID ? value.toLowerCase() : undefined;
}

function principalNameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= LONGEST_PRINCIPAL_NAME && value.isWellFormed() && PRINCIPAL_NAME.test(value) ? value : undefined;
}
