import { DomainError } from '../kernel/errors.js';
import type { ActorReference } from './actor.js';
import { NO_LIMITS, isLimited, type Limits } from './limits.js';
import { PERMISSIONS_WITHIN_LIMITS, ROLE_PERMISSIONS, type Permission, type Role } from './permissions.js';

export interface SessionOptions {
  /** The mail address of the person who holds the key or is signed in; undefined when none is known. */
  readonly email?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly limits?: Limits | undefined;
}

/** Whoever is asking, for the length of one request or socket. Services assert on it before they do anything. */
export class Session {
  readonly actor: ActorReference;
  readonly roles: readonly Role[];
  readonly email: string | undefined;
  /** When it ends by itself; undefined: never. */
  readonly expiresAt: Date | undefined;
  /** Which playbooks and connections there are for it; stores filter by them. */
  readonly limits: Limits;
  readonly isLimited: boolean;
  readonly #permissions: ReadonlySet<Permission>;

  constructor(actor: ActorReference, roles: readonly Role[], { email, expiresAt, limits = NO_LIMITS }: SessionOptions = {}) {
    this.actor = actor;
    this.roles = roles;
    this.email = email;
    this.expiresAt = expiresAt;
    this.limits = limits;
    this.isLimited = isLimited(limits);
    const granted = roles.flatMap((role) => ROLE_PERMISSIONS[role]);
    this.#permissions = new Set(this.isLimited ? granted.filter((permission) => PERMISSIONS_WITHIN_LIMITS.includes(permission)) : granted);
  }

  get permissions(): readonly Permission[] {
    return [...this.#permissions].sort();
  }

  may(permission: Permission): boolean {
    return this.#permissions.has(permission);
  }

  /** Refuses what no role of this session allows, or what its limits do not. */
  assert(permission: Permission): void {
    if (this.may(permission)) return;
    if (this.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))) throw beyondLimits(permission);
    throw new DomainError('FORBIDDEN', `This needs the permission ${permission}, which none of your roles (${this.roles.join(', ')}) has.`);
  }

  /** For what a permission allows within limits in general, but not here: a new playbook is in nobody's limits. */
  assertWithoutLimits(permission: Permission): void {
    this.assert(permission);
    if (this.isLimited) throw beyondLimits(permission);
  }

  seesConnection(id: string): boolean {
    return this.limits.connectionIds?.includes(id) ?? true;
  }
}

function beyondLimits(permission: Permission): DomainError {
  return new DomainError('FORBIDDEN', `This needs the permission ${permission} without limits: your key is limited to certain playbooks or connections, and this reaches beyond them.`);
}
