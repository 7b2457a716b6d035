import type { Database } from '../db/database.js';
import { isId, newId } from '../kernel/ids.js';
import type { Session } from './session.js';
import type { TokenClaims } from './oidc-claims.js';
import type { User } from './user.entity.js';
import type { UserStore } from './user.store.js';

const NOTE_EVERY_MS = 60_000;

/** People who sign in with tokens: noted when they come, and read. What they may do stands in their token alone. */
export class UserService {
  constructor(private readonly deps: { database: Database; users: UserStore }) {}

  findByIds(session: Session, ids: readonly string[]): Promise<User[]> {
    session.assert('user:read');
    return this.deps.users.findByIds(this.deps.database.reader, ids.filter((id) => isId('user', id)));
  }

  /** Whoever a valid token speaks of; written down at most once a minute, and when a first address is learned. */
  async signIn({ issuer, subject, name, email }: TokenClaims): Promise<User> {
    const { database, users } = this.deps;
    const now = new Date();
    const known = await users.find(database.reader, issuer, subject);
    const isNews = !known || now.getTime() - known.lastSeenAt.getTime() >= NOTE_EVERY_MS || (known.email === null && email !== undefined);
    if (!isNews) return known;
    return users.see(database.reader, { id: newId('user'), issuer, subject, name, email: email ?? null, createdAt: now, lastSeenAt: now });
  }

  /** Those of the users whom this identity provider knows: whoever another one let in before is let in no more. */
  async knownTo(issuer: string | undefined, ids: readonly string[]): Promise<User[]> {
    if (issuer === undefined) return [];
    const found = await this.deps.users.findByIds(this.deps.database.reader, ids);
    return found.filter((user) => user.issuer === issuer);
  }
}
