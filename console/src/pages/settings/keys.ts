import type { ApiKeysQuery } from '../../gql/settings.js';

export type ApiKey = ApiKeysQuery['apiKeys'][number];

/** Whether a key still counts, as a state. */
export function stateOf({ revokedAt, expiresAt }: ApiKey): 'ACTIVE' | 'REVOKED' | 'EXPIRED' {
  if (revokedAt) return 'REVOKED';
  return expiresAt && Date.parse(expiresAt) <= Date.now() ? 'EXPIRED' : 'ACTIVE';
}
