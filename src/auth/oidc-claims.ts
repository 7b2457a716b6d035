import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { nameProblems, textProblems } from '../kernel/names.js';
import type { OidcSettings } from './oidc-settings.js';
import type { Role } from './permissions.js';

/** What a token says that was found genuine. */
export interface TokenClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly roles: readonly Role[];
  readonly expiresAt: Date;
}

const MAX_SUBJECT_LENGTH = 255;
const MAIL_ADDRESS = z.email().max(254);

/** undefined: the subject is of no use. Everything else that people may have written of themselves is taken as far as it can be. */
export function readClaims(payload: JWTPayload, settings: OidcSettings): TokenClaims | undefined {
  const { sub, exp } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT_LENGTH || textProblems(sub, []).length > 0 || exp === undefined) return undefined;
  const email = emailOf(payload);
  return { issuer: settings.issuer, subject: sub, name: nameOf(payload) ?? email ?? sub, email, roles: rolesOf(payload, settings), expiresAt: new Date(exp * 1_000) };
}

/** Entra ID gives the sign-in name as preferred_username; as an address it counts where no other one is given. */
function emailOf({ email, email_verified: isVerified, preferred_username: username }: JWTPayload): string | undefined {
  return [isVerified === false ? undefined : email, username].map((value) => MAIL_ADDRESS.safeParse(value).data?.toLowerCase()).find((value) => value !== undefined);
}

/** For a program of Entra ID's, which has no name, its client id. */
function nameOf({ name, preferred_username: username, azp }: JWTPayload): string | undefined {
  return [name, username, azp].find((value): value is string => typeof value === 'string' && nameProblems(value, []).length === 0)?.trim();
}

function rolesOf(payload: JWTPayload, { rolesClaim, roleMap }: OidcSettings): Role[] {
  const claim = claimOf(payload, rolesClaim);
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return [...new Set(values.flatMap((value) => (typeof value === 'string' ? (roleMap.get(value) ?? []) : [])))];
}

/** By its whole name, which may hold dots, or else by the path that the dots make: Keycloak's realm_access.roles. */
function claimOf(payload: object, name: string): unknown {
  const own = (holder: unknown, key: string): unknown => (typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined);
  return own(payload, name) ?? name.split('.').reduce<unknown>(own, payload);
}
