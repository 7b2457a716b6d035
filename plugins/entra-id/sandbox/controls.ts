import { z } from 'zod';
import { changeBehaviour } from './behaviour.js';
import type { BehaviourChanges, BehaviourSettings } from './behaviour.js';
import { DIRECTORY_ROLE_NAMES, DIRECTORY_ROLES, directoryRoleName } from './directory-roles.js';
import type { DirectoryRoleName } from './directory-roles.js';
import { GRAPH_PERMISSION_NAMES } from './graph-permissions.js';
import { reseedTenant } from './new-tenant.js';
import type { NewTenantOptions } from './new-tenant.js';
import type { Tenant } from './tenant.js';

const permissions = z.array(z.enum(GRAPH_PERMISSION_NAMES as [string, ...string[]]));
const directoryRoles = z.array(z.enum(DIRECTORY_ROLE_NAMES as [DirectoryRoleName, ...DirectoryRoleName[]]));

/** What an administrator of the tenant could change about the application. */
export const consentChanges = z.strictObject({
  /** Permissions to add; the service principal appears with the first. */
  grant: permissions.optional(),
  revoke: permissions.optional(),
  addRoles: directoryRoles.optional(),
  removeRoles: directoryRoles.optional(),
  /** False takes the application out of the tenant, with all that it was granted; true puts it in without anything. */
  isPresent: z.boolean().optional(),
  isSecretExpired: z.boolean().optional(),
});

export type ConsentChanges = z.infer<typeof consentChanges>;

export interface ConsentState {
  readonly isPresent: boolean;
  readonly permissions: readonly string[];
  readonly directoryRoles: readonly string[];
  readonly isSecretExpired: boolean;
}

function without<Value>(values: readonly Value[], taken: readonly Value[] = []): Value[] {
  return values.filter((value) => !taken.includes(value));
}

/** The levers of the tenant that its own routes do not offer: for tests, and for whoever is curious. */
export class Controls {
  readonly #tenant: Tenant;
  readonly #beginning: { readonly tenant: NewTenantOptions; readonly behaviour: BehaviourSettings };

  constructor(tenant: Tenant, options: NewTenantOptions) {
    this.#tenant = tenant;
    this.#beginning = { tenant: options, behaviour: { ...tenant.behaviour } };
  }

  consent(): ConsentState {
    const { servicePrincipal, application } = this.#tenant.state;
    return {
      isPresent: servicePrincipal.isPresent,
      permissions: [...servicePrincipal.permissions],
      directoryRoles: servicePrincipal.directoryRoles.map((id) => directoryRoleName(id) ?? id),
      isSecretExpired: application.isSecretExpired,
    };
  }

  changeConsent(changes: ConsentChanges): ConsentState {
    const checked = consentChanges.parse(changes);
    const { servicePrincipal, application } = this.#tenant.state;
    const added = (checked.addRoles ?? []).map((name) => DIRECTORY_ROLES[name]);
    const removed = (checked.removeRoles ?? []).map((name) => DIRECTORY_ROLES[name]);
    servicePrincipal.isPresent = checked.isPresent ?? (servicePrincipal.isPresent || checked.grant !== undefined);
    servicePrincipal.permissions = without([...new Set([...servicePrincipal.permissions, ...(checked.grant ?? [])])], checked.revoke);
    servicePrincipal.directoryRoles = without([...new Set([...servicePrincipal.directoryRoles, ...added])], removed);
    if (!servicePrincipal.isPresent) Object.assign(servicePrincipal, { permissions: [], directoryRoles: [] });
    application.isSecretExpired = checked.isSecretExpired ?? application.isSecretExpired;
    this.#tenant.changed();
    return this.consent();
  }

  changeBehaviour(changes: BehaviourChanges): BehaviourSettings {
    changeBehaviour(this.#tenant.behaviour, changes);
    return { ...this.#tenant.behaviour };
  }

  /** Back to the beginning; ids, secret and signing key stay, so that clients go on working. */
  reset(): void {
    reseedTenant(this.#tenant.state, this.#beginning.tenant);
    Object.assign(this.#tenant.behaviour, this.#beginning.behaviour);
    this.#tenant.directory.index();
    this.#tenant.faults.clear();
    this.#tenant.journal.clear();
    this.#tenant.changed();
  }
}
