import { ActorStore } from './auth/actor.store.js';
import { ApiKeyService } from './auth/api-key.service.js';
import { ApiKeyStore } from './auth/api-key.store.js';
import type { AuditTrail } from './auth/audit-trail.js';
import { Authenticator } from './auth/authenticator.js';
import { OidcIssuer } from './auth/oidc-issuer.js';
import type { OidcSettings } from './auth/oidc-settings.js';
import { SignInLedger } from './auth/sign-in-ledger.js';
import { UserService } from './auth/user.service.js';
import { UserStore } from './auth/user.store.js';
import type { Database } from './db/database.js';
import type { NotifyChannel } from './db/notify-channel.js';
import type { Logger } from './kernel/logger.js';

interface Base {
  readonly database: Database;
  readonly channel: NotifyChannel;
  readonly audit: AuditTrail;
  readonly oidc: OidcSettings | undefined;
  readonly logger: Logger;
}

/** Who may come in, and by what. */
export function createAuth({ database, channel, audit, oidc, logger }: Base) {
  const apiKeyStore = new ApiKeyStore();
  const userStore = new UserStore();
  const actors = new ActorStore({ apiKeys: apiKeyStore, users: userStore });
  // Hints travel on the one channel that there is; who follows runs takes no notice of a key.
  const apiKeys = new ApiKeyService({ database, apiKeys: apiKeyStore, audit, onRevoked: (id) => channel.announce(id, 1) });
  const users = new UserService({ database, users: userStore });
  const provider = oidc && { issuer: new OidcIssuer(oidc.issuer, logger), settings: oidc };
  return {
    actors,
    apiKeys,
    users,
    issuer: provider?.issuer,
    authenticator: new Authenticator({ database, actors, apiKeys, users, oidc: provider, logger }),
    signIns: new SignInLedger({ database, audit, logger }),
  };
}
