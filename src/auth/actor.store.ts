import type { Tx } from '../db/database.js';
import { isId } from '../kernel/ids.js';
import type { ApiKey } from './api-key.entity.js';
import type { ApiKeyStore } from './api-key.store.js';
import type { User } from './user.entity.js';
import type { UserStore } from './user.store.js';

/** Those who can act, whichever way they sign in. */
export class ActorStore {
  constructor(private readonly deps: { apiKeys: ApiKeyStore; users: UserStore }) {}

  async findByIds(tx: Tx, ids: readonly string[]): Promise<(ApiKey | User)[]> {
    const keyIds = ids.filter((id) => isId('apiKey', id));
    const userIds = ids.filter((id) => isId('user', id));
    return [...(keyIds.length === 0 ? [] : await this.deps.apiKeys.findByIds(tx, keyIds)), ...(userIds.length === 0 ? [] : await this.deps.users.findByIds(tx, userIds))];
  }
}
