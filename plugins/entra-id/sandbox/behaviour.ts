import { z } from 'zod';

/**
 * Where Microsoft's documents leave open what the real service does, or where tests want it otherwise. A switch each,
 * so that a client can be shown to cope with both.
 */
export const behaviourSettings = z.strictObject({
  /** A PATCH that only sets a force-change flag takes effect, or is answered 204 and does nothing. */
  flagOnlyReset: z.enum(['APPLIES', 'NO_OP']),
  /** Whether revoking the sessions of a privileged user takes a directory role, as changing the account does. */
  revokeNeedsRoleForPrivileged: z.boolean(),
  /** Whether changing any user's passwordProfile takes a role of at least User Administrator. */
  passwordProfileNeedsUserAdministrator: z.boolean(),
  /** `accountEnabled` of a synchronised user: accepted and put back by the next synchronisation, or refused with 400. */
  syncedAccountEnabled: z.enum(['REVERTED', 'REFUSED']),
  /** When the synchronisation puts a changed `accountEnabled` back. Default: 30 minutes, one cycle. */
  syncRevertAfterMs: z.int().nonnegative(),
  /** Whether tokens carry the directory roles of the service principal as `wids`. */
  tokensCarryWids: z.boolean(),
  /** Permissions that were granted and do not stand in tokens yet, as for some minutes after a consent. */
  permissionsOnTheirWay: z.array(z.string()),
  /** How long reads show the old state after a change. */
  effectDelayMs: z.int().nonnegative(),
  tokenLifetimeSeconds: z.int().positive(),
  /** Resource units in ten seconds before Graph answers 429; null: no limit. The real limit of a small tenant is 3,500. */
  resourceUnitsPer10Seconds: z.int().positive().nullable(),
  /** Writes in 150 seconds before Graph answers 429; null: no limit. The real limit is 3,000. */
  writesPer150Seconds: z.int().positive().nullable(),
  /** Requests in a second to Identity Protection before it answers 429 and does not say for how long; null: no limit. The real limit is 1. */
  identityProtectionPerSecond: z.int().positive().nullable(),
  /** Requests in ten seconds to the sign-in and audit logs before they answer 429; null: no limit. The real limit is 5. */
  reportsPer10Seconds: z.int().positive().nullable(),
  /** The edition of Microsoft Entra ID: sign-ins and risk detections take P1, risky users take P2. */
  licence: z.enum(['P2', 'P1', 'FREE']),
  /** How long a notification URL has to answer the handshake of a new subscription. */
  validationTimeoutMs: z.int().positive(),
  /** How long it has to take a notification. */
  notificationTimeoutMs: z.int().positive(),
  /** The waits before further tries of a notification that was not taken. The real service goes on for four hours. */
  notificationRetryDelaysMs: z.array(z.int().nonnegative()),
  /** A tenant id that the consent page returns in place of the true one, as a forger would. */
  consentReturnsTenantId: z.string().nullable(),
});

export type BehaviourSettings = z.infer<typeof behaviourSettings>;

const DEFAULTS: BehaviourSettings = {
  flagOnlyReset: 'APPLIES',
  revokeNeedsRoleForPrivileged: true,
  passwordProfileNeedsUserAdministrator: false,
  syncedAccountEnabled: 'REVERTED',
  syncRevertAfterMs: 1_800_000,
  tokensCarryWids: true,
  permissionsOnTheirWay: [],
  effectDelayMs: 300,
  tokenLifetimeSeconds: 3_599,
  resourceUnitsPer10Seconds: null,
  writesPer150Seconds: null,
  identityProtectionPerSecond: null,
  reportsPer10Seconds: null,
  licence: 'P2',
  validationTimeoutMs: 10_000,
  notificationTimeoutMs: 3_000,
  notificationRetryDelaysMs: [500, 2_000, 5_000],
  consentReturnsTenantId: null,
};

/** The settings that a test or the control route wants changed; the others stay. */
export const behaviourChanges = behaviourSettings.partial();
export type BehaviourChanges = z.infer<typeof behaviourChanges>;

export function defaultBehaviour(changes: BehaviourChanges = {}): BehaviourSettings {
  return behaviourSettings.parse({ ...DEFAULTS, ...changes });
}

/** Changes them in place: everybody who reads them holds the same object. */
export function changeBehaviour(current: BehaviourSettings, changes: BehaviourChanges): void {
  Object.assign(current, behaviourSettings.parse({ ...current, ...changes }));
}
