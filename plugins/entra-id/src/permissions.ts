import type { PermissionNeed } from '@countermeasure/sdk';

/** A need of the first of these permissions, which is the least; the others include it. */
export function need([name, ...includedIn]: readonly [string, ...string[]], reason: string): PermissionNeed {
  return { name, reason, includedIn };
}
