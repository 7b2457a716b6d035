import type { PermissionNeed } from '@countermeasure/sdk';
import type { ActorReference } from '../auth/actor.js';
import type { RegisteredProvider } from '../registry/registry.js';
import type { ConnectionCheck } from './connection-check.entity.js';
import type { Connection } from './connection.entity.js';

/** REQUIRED: nobody has granted anything. PENDING: accepted, and not yet at work. INSUFFICIENT: something is missing. REVOKED: taken away again. */
export type ConsentStatus = 'REQUIRED' | 'PENDING' | 'GRANTED' | 'INSUFFICIENT' | 'REVOKED';

/** How long a provider may take to let an accepted consent work. */
export const CONSENT_ARRIVES_WITHIN_MS = 15 * 60_000;

/** A connection with what its last check found; without a check, nothing is known yet. */
export interface ConnectionState {
  readonly connection: Connection;
  readonly check: ConnectionCheck | undefined;
}

export interface Consent {
  readonly connectionId: string;
  readonly status: ConsentStatus;
  readonly required: readonly PermissionNeed[];
  readonly granted: readonly string[];
  readonly missing: readonly PermissionNeed[];
  readonly confirmed: boolean;
  readonly confirmedBy: ActorReference | null;
  readonly confirmedAt: Date | null;
  readonly privilegedRole: PrivilegedRole | null;
}

export interface PrivilegedRole {
  readonly name: string;
  /** null: it could not be read, and `reason` says why. */
  readonly held: boolean | null;
  readonly reason: string | null;
  readonly checkedAt: Date | null;
  readonly instructions: string;
}

export interface ConnectionHealth {
  readonly ok: boolean;
  readonly checkedAt: Date | null;
  readonly problem: string | null;
  readonly problemCode: string | null;
  readonly latencyMs: number | null;
  readonly warnings: readonly string[];
}

/** The needs that nothing of what is granted covers. */
export function missingOf(needs: readonly PermissionNeed[], granted: readonly string[]): PermissionNeed[] {
  return needs.filter(({ name, includedIn = [] }) => ![name, ...includedIn].some((permission) => granted.includes(permission)));
}

/** Whether a connection has what the needs ask for; undefined check or a provider that cannot tell: what is not known does not count as missing. */
export function missingFor({ check }: ConnectionState, needs: readonly PermissionNeed[]): PermissionNeed[] {
  return check?.granted ? missingOf(needs, check.granted) : [];
}

export function consentOf({ connection, check }: ConnectionState, provider: RegisteredProvider | undefined, required: readonly PermissionNeed[], now: Date): Consent {
  const granted = check?.granted ?? [];
  const canTell = check === undefined || check.granted !== null || check.problem !== null;
  const missing = canTell ? missingOf(required, granted) : [];
  const status = statusOf({ connection, check }, provider, missing, now);
  return {
    connectionId: connection.id,
    status,
    required,
    granted,
    missing,
    confirmed: connection.consentConfirmedAt !== null && status === 'GRANTED',
    confirmedBy: connection.consentConfirmedBy,
    confirmedAt: connection.consentConfirmedAt,
    privilegedRole: privilegedRoleOf(check, provider),
  };
}

function statusOf({ connection, check }: ConnectionState, provider: RegisteredProvider | undefined, missing: readonly PermissionNeed[], now: Date): ConsentStatus {
  const asksNobody = provider?.plugin.provider.consent === undefined;
  const holdsSomething = check !== undefined && isGrantedSomething(check);
  if (missing.length === 0 && (holdsSomething || asksNobody)) return 'GRANTED';
  if (isOnItsWay({ connection, check }, missing, now)) return 'PENDING';
  if (holdsSomething) return 'INSUFFICIENT';
  return check?.wasGranted ? 'REVOKED' : 'REQUIRED';
}

/** A provider that cannot tell what is granted has granted what worked. */
function isGrantedSomething({ granted, problem }: ConnectionCheck): boolean {
  return granted === null ? problem === null : granted.length > 0;
}

function isOnItsWay({ connection, check }: ConnectionState, missing: readonly PermissionNeed[], now: Date): boolean {
  if (missing.length > 0 && check && missingOf(missing, check.arriving).length === 0) return true;
  const { consentAcceptedAt } = connection;
  return consentAcceptedAt !== null && now.getTime() - consentAcceptedAt.getTime() < CONSENT_ARRIVES_WITHIN_MS;
}

function privilegedRoleOf(check: ConnectionCheck | undefined, provider: RegisteredProvider | undefined): PrivilegedRole | null {
  const role = provider?.plugin.provider.privilegedRole;
  if (!role) return null;
  return {
    ...role,
    held: check?.privilegedRoleHeld ?? null,
    reason: check?.privilegedRoleReason ?? null,
    checkedAt: check?.privilegedRoleCheckedAt ?? null,
  };
}

export function healthOf({ check }: ConnectionState, { missing, status }: Consent): ConnectionHealth {
  if (!check) return { ok: false, checkedAt: null, problem: 'NOT_CHECKED: The connection has not been checked yet.', problemCode: 'NOT_CHECKED', latencyMs: null, warnings: [] };
  const { checkedAt, latencyMs, warnings } = check;
  const text = check.problem ? [check.problem.message, check.problem.remedy].filter(Boolean).join(' ') : describeMissing(missing, status);
  const problemCode = check.problem?.code ?? (text === null ? null : 'PERMISSION_MISSING');
  return { ok: text === null, checkedAt, problem: text === null ? null : `${problemCode}: ${text}`, problemCode, latencyMs, warnings };
}

function describeMissing(missing: readonly PermissionNeed[], status: ConsentStatus): string | null {
  if (missing.length === 0) return null;
  const names = missing.map(({ name }) => name).join(', ');
  if (status === 'PENDING') return `An administrator has accepted, and the provider takes some minutes until these permissions work: ${names}.`;
  if (status === 'REVOKED') return `The access that was granted has been taken away: ${names}. An administrator of the tenant opens the admin-consent link.`;
  return `These permissions are missing: ${names}. An administrator of the tenant opens the admin-consent link.`;
}
