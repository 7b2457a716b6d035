import type { ChangeableProperties } from '../directory.js';
import type { Tenant } from '../tenant.js';
import type { DirectoryUser, PasswordProfile } from '../tenant-state.js';
import { badRequest, denied, GraphFailure } from './graph-failure.js';
import type { GraphRequest } from './graph-route.js';
import { holdsOneOf, mayChange, MAY_CHANGE_PASSWORDS } from './hierarchy.js';
import type { PasswordProfileChange, UserChangeBody } from './user-change-body.js';

const ON_PREMISES = 'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.';
const WEAK_PASSWORD = 'The specified password does not comply with password complexity requirements. Please provide a different password.';

function checkHierarchy(user: DirectoryUser, body: UserChangeBody, tenant: Tenant): void {
  const { directoryRoles } = tenant.state.servicePrincipal;
  if (!mayChange(directoryRoles, user, tenant.directory)) throw denied();
  const needsRole = body.passwordProfile !== undefined && tenant.behaviour.passwordProfileNeedsUserAdministrator;
  if (needsRole && !holdsOneOf(directoryRoles, MAY_CHANGE_PASSWORDS)) throw denied();
}

function isFederated(user: DirectoryUser, tenant: Tenant): boolean {
  const domain = user.userPrincipalName.split('@').at(-1)?.toLowerCase();
  return tenant.state.domains.some((known) => known.isFederated && known.name === domain);
}

/** Whose password is not this tenant's to change, and synchronised accounts where the tenant refuses them. */
function checkOrigin(user: DirectoryUser, body: UserChangeBody, tenant: Tenant): void {
  const isRefused = tenant.behaviour.syncedAccountEnabled === 'REFUSED' && body.accountEnabled !== undefined;
  if (user.onPremises !== null && (body.passwordProfile !== undefined || isRefused)) throw badRequest(ON_PREMISES);
  if (body.passwordProfile === undefined) return;
  if (isFederated(user, tenant)) throw badRequest("Property 'passwordProfile' cannot be changed for a user of a federated domain.");
  if (user.userType === 'Guest') throw badRequest("Property 'passwordProfile' cannot be changed for an external user.");
}

function isStrong(password: string, user: DirectoryUser): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
  const alias = user.mailNickname.toLowerCase();
  return password.length >= 8 && password.length <= 256 && kinds >= 3 && !password.toLowerCase().includes(alias);
}

function checkConflict(user: DirectoryUser, tenant: Tenant): void {
  const left = user.quirks.conflictsLeft ?? 0;
  if (left === 0) return;
  user.quirks.conflictsLeft = left - 1;
  tenant.changed();
  throw new GraphFailure(409, 'Directory_ConcurrencyViolation', 'Error due to concurrent requests to the same resource. Please wait briefly and retry.');
}

function changedProfile(user: DirectoryUser, change: PasswordProfileChange, tenant: Tenant): Partial<ChangeableProperties> {
  const isFlagOnly = change.password === undefined;
  if (isFlagOnly && tenant.behaviour.flagOnlyReset === 'NO_OP') return {};
  const current: PasswordProfile = user.passwordProfile ?? { forceChangePasswordNextSignIn: false, forceChangePasswordNextSignInWithMfa: false };
  const passwordProfile: PasswordProfile = {
    // A new password without a word about the flag forces a change: that is the server's default.
    forceChangePasswordNextSignIn: change.forceChangePasswordNextSignIn ?? (isFlagOnly ? current.forceChangePasswordNextSignIn : true),
    forceChangePasswordNextSignInWithMfa: change.forceChangePasswordNextSignInWithMfa ?? current.forceChangePasswordNextSignInWithMfa,
  };
  return isFlagOnly ? { passwordProfile } : { passwordProfile, lastPasswordChangeDateTime: new Date(tenant.now()).toISOString() };
}

function changeAccount(request: GraphRequest, user: DirectoryUser, accountEnabled: boolean): string[] {
  const { directory } = request.tenant;
  const premisesSayEnabled = user.pendingSync?.accountEnabled ?? user.accountEnabled;
  const changed = directory.change(user, {
    properties: { accountEnabled },
    activity: accountEnabled ? 'Enable account' : 'Disable account',
    ...initiator(request),
  });
  if (user.onPremises !== null && changed.length > 0) directory.expectSynchronisation(user, premisesSayEnabled);
  return changed;
}

export function initiator({ call, tenant }: GraphRequest): { initiatedByApp: string; correlationId: string } {
  return { initiatedByApp: tenant.state.application.displayName, correlationId: call.clientRequestId ?? call.requestId };
}

/** All that can speak against a change is asked first, so that it happens as a whole or not at all. */
export function changeUser(request: GraphRequest, user: DirectoryUser, body: UserChangeBody): string[] {
  const { tenant } = request;
  checkHierarchy(user, body, tenant);
  checkOrigin(user, body, tenant);
  const password = body.passwordProfile?.password;
  if (password !== undefined && !isStrong(password, user)) throw badRequest(WEAK_PASSWORD);
  checkConflict(user, tenant);
  const changed = body.accountEnabled === undefined ? [] : changeAccount(request, user, body.accountEnabled);
  if (body.passwordProfile === undefined) return changed;
  const properties = changedProfile(user, body.passwordProfile, tenant);
  return [...changed, ...tenant.directory.change(user, { properties, activity: 'Reset user password', ...initiator(request) })];
}
