import type { Database } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import type { Logger } from '../kernel/logger.js';
import type { ActorReference } from './actor.js';
import type { ActorStore } from './actor.store.js';
import type { ApiKey } from './api-key.entity.js';
import type { ApiKeyService } from './api-key.service.js';
import { IssuerUnavailable, type OidcIssuer } from './oidc-issuer.js';
import type { OidcSettings } from './oidc-settings.js';
import { TokenRefused, verifyToken } from './oidc-token.js';
import { Session } from './session.js';
import type { User } from './user.entity.js';
import type { UserService } from './user.service.js';

interface Deps {
  readonly database: Database;
  readonly actors: ActorStore;
  readonly apiKeys: ApiKeyService;
  readonly users: UserService;
  /** undefined: only API keys are taken. */
  readonly oidc: { readonly issuer: OidcIssuer; readonly settings: OidcSettings } | undefined;
  readonly logger: Logger;
}

/** Who is asking: the one place that turns what a request presents into a session. */
export class Authenticator {
  constructor(private readonly deps: Deps) {}

  /** Reads `Bearer <key or token>`. Every refusal is the same one: it does not tell whether a key exists or what is wrong with a token. */
  async authenticate(authorization: string | undefined): Promise<Session> {
    const presented = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    const session = presented === undefined ? undefined : ((await this.deps.apiKeys.signIn(presented)) ?? (await this.signInByToken(presented)));
    if (!session) throw new DomainError('UNAUTHENTICATED', 'Send a valid API key or a token of your identity provider: Authorization: Bearer … over HTTP, the same value as connectionParams.authorization on a WebSocket.');
    return session;
  }

  /** Those of the actors who would still be let in. Of a user this says only that the identity provider is the same: what it has decided since shows when their token ends. */
  async activeAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { apiKeys, users, oidc } = this.deps;
    const [activeKeys, known] = await Promise.all([apiKeys.activeAmong(ids.filter((id) => isId('apiKey', id))), users.knownTo(oidc?.settings.issuer, ids.filter((id) => isId('user', id)))]);
    return new Set([...activeKeys, ...known.map(({ id }) => id)]);
  }

  /** Whether somebody who was let in before still would be. */
  async isActive({ id }: ActorReference): Promise<boolean> {
    return (await this.activeAmong([id])).has(id);
  }

  /** Who did what others may see: known by name to everybody who sees it. */
  findActors(ids: readonly string[]): Promise<(ApiKey | User)[]> {
    return this.deps.actors.findByIds(this.deps.database.reader, ids);
  }

  private async signInByToken(token: string): Promise<Session | undefined> {
    const { oidc, users, logger } = this.deps;
    // Three parts with dots between: anything else is no token, and no reason to write into the log.
    if (!oidc || token.split('.').length !== 3) return undefined;
    try {
      const claims = await verifyToken(token, oidc.issuer, oidc.settings);
      if (claims.roles.length === 0) {
        logger.info({ issuer: claims.issuer, subject: claims.subject }, 'Somebody with a valid token but without any role here was refused.');
        throw new DomainError('FORBIDDEN', 'Your identity provider knows you, but you have no role in Countermeasure. Ask your administrator to assign one to you, then sign in again.');
      }
      const user = await users.signIn(claims);
      return new Session({ kind: 'USER', id: user.id }, claims.roles, { email: claims.email ?? user.email ?? undefined, expiresAt: claims.expiresAt });
    } catch (error) {
      if (error instanceof IssuerUnavailable) logger.warn({ reason: error.message }, 'A token could not be checked and was refused.');
      else if (error instanceof TokenRefused) logger.info({ reason: error.message }, 'A token was refused.');
      else throw error;
      return undefined;
    }
  }
}
