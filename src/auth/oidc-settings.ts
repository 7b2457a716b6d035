import { z } from 'zod';
import { ROLES, type Role } from './permissions.js';

/** Roles of ours by the values of the identity provider's claim. What is not in it gives no role. */
export type RoleMap = ReadonlyMap<string, readonly Role[]>;

/** How people sign in with an identity provider. */
export interface OidcSettings {
  /** Exactly as its tokens name it. */
  readonly issuer: string;
  readonly audience: string;
  readonly rolesClaim: string;
  readonly roleMap: RoleMap;
  /** The app that the console signs in as; undefined: the console takes API keys only. */
  readonly console: { readonly clientId: string; readonly scope: string } | undefined;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether what is fetched from there can be believed: it came by TLS, or never left the machine. */
export function isTrustworthyAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** Entra ID's names for "any tenant": whoever administers any of them could give its people our roles. */
const ANY_TENANT = /\/(common|organizations|consumers)(\/|$)/;

const issuer = z
  .string()
  .refine((value) => isTrustworthyAddress(value) && !/[?#]/.test(value), { error: 'must be an https:// address (http:// on this machine only) without a query, exactly as the issuer names itself' })
  .refine((value) => !ANY_TENANT.test(value), { error: 'must name one tenant, https://login.microsoftonline.com/<tenant id>/v2.0: administrators of any other tenant could give its people roles here' });

const DEFAULT_ROLE_MAP: RoleMap = new Map(ROLES.map((role) => [role, [role]]));

/** `value=ROLE,value=ROLE`; a value may stand in it several times. */
const roleMap = z.string().transform((list, context): RoleMap => {
  const map = new Map<string, Role[]>();
  for (const entry of list.split(',').map((text) => text.trim()).filter((text) => text !== '')) {
    const middle = entry.lastIndexOf('=');
    const value = entry.slice(0, Math.max(middle, 0)).trim();
    const role = ROLES.find((known) => known === entry.slice(middle + 1).trim());
    if (value === '' || role === undefined) {
      context.addIssue({ code: 'custom', message: `must be value=ROLE with commas between, each ROLE one of ${ROLES.join(', ')}` });
      return z.NEVER;
    }
    map.set(value, [...(map.get(value) ?? []), role]);
  }
  return map;
});

const scope = z.string().refine((value) => value.split(/\s+/).includes('openid'), { error: 'must hold openid, such as: openid profile api://countermeasure/access' });

/** The variables of signing in, as a part of the whole environment. */
export const OIDC_VARIABLES = {
  OIDC_ISSUER: issuer.optional(),
  OIDC_AUDIENCE: z.string().trim().optional(),
  OIDC_ROLES_CLAIM: z.string().trim().default('roles'),
  OIDC_ROLE_MAP: roleMap.optional(),
  OIDC_CLIENT_ID: z.string().trim().optional(),
  OIDC_SCOPE: scope.default('openid profile email'),
};

type Variables = Readonly<z.output<z.ZodObject<typeof OIDC_VARIABLES>>>;

/** What is wrong with the variables together, whatever each of them holds. */
export function oidcProblems(set: Readonly<Record<string, unknown>>): string[] {
  const has = (name: keyof Variables): boolean => set[name] !== undefined;
  if (has('OIDC_ISSUER') !== has('OIDC_AUDIENCE')) return [has('OIDC_ISSUER') ? 'OIDC_AUDIENCE: must be set beside OIDC_ISSUER: tokens that were made for others must not count here' : 'OIDC_ISSUER: must be set beside OIDC_AUDIENCE'];
  if (has('OIDC_CLIENT_ID') && !has('OIDC_ISSUER')) return ['OIDC_CLIENT_ID: needs OIDC_ISSUER and OIDC_AUDIENCE beside it'];
  return [];
}

/** undefined: nobody signs in by tokens. */
export function toOidcSettings(set: Variables): OidcSettings | undefined {
  if (set.OIDC_ISSUER === undefined || set.OIDC_AUDIENCE === undefined) return undefined;
  return {
    issuer: set.OIDC_ISSUER,
    audience: set.OIDC_AUDIENCE,
    rolesClaim: set.OIDC_ROLES_CLAIM,
    roleMap: set.OIDC_ROLE_MAP ?? DEFAULT_ROLE_MAP,
    console: set.OIDC_CLIENT_ID === undefined ? undefined : { clientId: set.OIDC_CLIENT_ID, scope: set.OIDC_SCOPE },
  };
}
