import { DomainError } from '../kernel/errors.js';
import type { ActorReference } from './actor.js';
import { ROLE_PERMISSIONS, type Permission, type Role } from './permissions.js';

/** Whoever is asking, for the length of one request or socket. Services assert on it before they do anything. */
export class Session {
  readonly actor: ActorReference;
  readonly roles: readonly Role[];
  /** The mail address of the person who holds the key; undefined when none is known. */
  readonly email: string | undefined;
  readonly #permissions: ReadonlySet<Permission>;

  constructor(actor: ActorReference, roles: readonly Role[], email?: string) {
    this.actor = actor;
    this.roles = roles;
    this.email = email;
    this.#permissions = new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]));
  }

  may(permission: Permission): boolean {
    return this.#permissions.has(permission);
  }

  /** Refuses what no role of this session allows. */
  assert(permission: Permission): void {
    if (this.may(permission)) return;
    throw new DomainError('FORBIDDEN', `This needs the permission ${permission}, which none of your roles (${this.roles.join(', ')}) has.`);
  }
}
