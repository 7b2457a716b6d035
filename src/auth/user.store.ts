import { In } from 'typeorm';
import type { Tx } from '../db/database.js';
import { User } from './user.entity.js';

export class UserStore {
  find(tx: Tx, issuer: string, subject: string): Promise<User | null> {
    return tx.findOneBy(User, { issuer, subject });
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<User[]> {
    return tx.findBy(User, { id: In([...ids]) });
  }

  /** Writes who signed in and returns the row as it stands. Of two first sign-ins at once one makes the row. An address that this token leaves out stays. */
  async see(tx: Tx, user: User): Promise<User> {
    const [seen] = await tx.query<User[]>(
      `insert into app_user (id, issuer, subject, name, email, created_at, last_seen_at) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (issuer, subject) do update set name = excluded.name, email = coalesce(excluded.email, app_user.email), last_seen_at = excluded.last_seen_at
       returning id, issuer, subject, name, email, created_at as "createdAt", last_seen_at as "lastSeenAt"`,
      [user.id, user.issuer, user.subject, user.name, user.email, user.createdAt, user.lastSeenAt],
    );
    if (!seen) throw new Error('An upsert returned no row.');
    return seen;
  }
}
