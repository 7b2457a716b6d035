import type { GraphPermission } from '../graph-permissions.js';
import type { Caller } from './authenticate.js';
import { denied } from './graph-failure.js';

/** The ways to be allowed: one of the lists must be held in full, the least privileged first. */
export type Needs = readonly (readonly GraphPermission[])[];

export const READ_USERS: Needs = [['User.Read.All'], ['User.ReadWrite.All'], ['Directory.Read.All'], ['Directory.ReadWrite.All']];

export const REVOKE_SESSIONS: Needs = [['User.RevokeSessions.All'], ['User.ReadWrite.All'], ['Directory.ReadWrite.All']];

export const ENABLE_OR_DISABLE: Needs = [
  ['User.EnableDisableAccount.All', 'User.Read.All'],
  ['User.ReadWrite.All'],
  ['Directory.ReadWrite.All'],
];

/** On purpose without User.ReadWrite.All: it does not reach passwords. */
export const CHANGE_PASSWORD_PROFILE: Needs = [['User-PasswordProfile.ReadWrite.All']];

export const READ_ORGANIZATION: Needs = [['Organization.Read.All'], ['Directory.Read.All'], ['Directory.ReadWrite.All']];

export const READ_APPLICATIONS: Needs = [
  ['Application.Read.All'],
  ['Application.ReadWrite.All'],
  ['Directory.Read.All'],
  ['Directory.ReadWrite.All'],
];

export const READ_ROLE_ASSIGNMENTS: Needs = [
  ['RoleManagement.Read.Directory'],
  ['RoleManagement.ReadWrite.Directory'],
  ['Directory.Read.All'],
  ['Directory.ReadWrite.All'],
];

export const READ_GROUPS: Needs = [['GroupMember.Read.All'], ['Group.Read.All'], ['Directory.Read.All'], ['Directory.ReadWrite.All']];

/** The audit log and the sign-in log. */
export const READ_LOGS: Needs = [['AuditLog.Read.All']];

export const READ_RISK_DETECTIONS: Needs = [['IdentityRiskEvent.Read.All']];

export const READ_RISKY_USERS: Needs = [['IdentityRiskyUser.Read.All'], ['IdentityRiskyUser.ReadWrite.All']];

export const READ_SECURITY_ALERTS: Needs = [['SecurityAlert.Read.All']];

export function isAllowed(caller: Caller, needs: Needs): boolean {
  return needs.some((permissions) => permissions.every((permission) => caller.roles.has(permission)));
}

export function checkPermission(caller: Caller, needs: readonly Needs[], denial?: string): void {
  if (!needs.every((need) => isAllowed(caller, need))) throw denied(denial);
}
