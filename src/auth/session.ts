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
  readonly roles: readonly Role[];
  /** Which playbooks and connections there are for it; stores filter by them. */
  readonly limits: Limits;
  readonly isLimited: boolean;
  readonly #actor: ActorReference;
  readonly #options: SessionOptions;
  readonly #permissions: ReadonlySet<Permission>;
  #wasIdentified = false;

  constructor(actor: ActorReference, roles: readonly Role[], options: SessionOptions = {}) {
    const { limits = NO_LIMITS } = options;
    this.#actor = actor;
    this.#options = options;
    this.roles = roles;
    this.limits = limits;
    this.isLimited = isLimited(limits);
    const granted = roles.flatMap((role) => ROLE_PERMISSIONS[role]);
    this.#permissions = new Set(this.isLimited ? granted.filter((permission) => PERMISSIONS_WITHIN_LIMITS.includes(permission)) : granted);
  }

  get permissions(): readonly Permission[] {
    return [...this.#permissions].sort();
  }

  get actor(): ActorReference {
    this.#wasIdentified = true;
    return this.#actor;
  }

  get email(): string | undefined {
    this.#wasIdentified = true;
    return this.#options.email;
  }

  /** When it ends by itself; undefined: never. */
  get expiresAt(): Date | undefined {
    this.#wasIdentified = true;
    return this.#options.expiresAt;
  }

  /** Whether anybody has looked at who it is. What was answered without that holds for all who have the same rights. */
  get wasIdentified(): boolean {
    return this.#wasIdentified;
  }

  /** What it may and reaches, as text: the same for all who may and reach the same. */
  get rights(): string {
    return JSON.stringify([[...this.roles].sort(), this.limits.playbookIds, this.limits.connectionIds]);
  }

  /** The same, and nobody has looked yet at who it is. */
  again(): Session {
    return new Session(this.#actor, this.roles, this.#options);
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
