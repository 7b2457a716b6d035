import { ActionError, defineAction, type ActionContext } from '@countermeasure/sdk';
import { z } from 'zod';
import type { GraphClient } from '../graph-client.js';
import { need } from '../permissions.js';
import { PRIVILEGED_ROLE } from '../privileged-role.js';
import { entraId } from '../provider.js';
import { READ_USERS, isGuest, readUser, userPath } from '../users.js';

const REVOKE_SESSIONS = ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'] as const;

/** The moment is kept in whole seconds, and Microsoft's clock is not ours. */
const CLOCK_SKEW_MS = 300_000;

/**
 * POST /users/{id}/revokeSignInSessions. It answers 200 whatever comes of it, so the moment from which sessions are valid is
 * read back. @see https://learn.microsoft.com/graph/api/user-revokesigninsessions
 */
export const clearUserSessions = defineAction(entraId, {
  name: 'clear-user-sessions',
  title: 'Clear User Sessions',
  description:
    'Revokes all refresh tokens and browser sessions of the user, who has to sign in again everywhere. Access tokens that were already given stay valid until they end, usually within an hour.',
  outcome: 'CONTAIN',
  effect: 'CHANGE',
  targetKind: 'USER',
  input: z.object({}),
  output: z.object({
    sessionsWereValidFrom: z.string().nullable().describe('The moment from which sessions were valid before, RFC 3339; null when it was never set.'),
  }),
  permissions: [
    need(REVOKE_SESSIONS, 'To revoke sessions.'),
    need(READ_USERS, 'To find the user, and to see that the sessions were revoked.'),
  ],
  privilegedRole: PRIVILEGED_ROLE,
  idempotent: true,
  replay: 'SAFE',

  async plan(context) {
    const { target } = context;
    await readSessions(context);
    return [`Revoke all sign-in sessions of ${target.displayName} (${target.username ?? target.id}).`];
  },

  async run({ client, target, input, signal, idempotencyKey, progress }) {
    const before = await readSessions({ client, target, input, signal });
    progress(`Revoking the sign-in sessions of ${target.displayName}.`);
    await client.post(`${userPath(target.id)}/revokeSignInSessions`, { signal, permissions: REVOKE_SESSIONS, requestId: idempotencyKey });
    return { sessionsWereValidFrom: before };
  },

  async verify({ client, target, signal, output, since }) {
    const { signInSessionsValidFromDateTime: now } = await readUser(client, target.id, ['signInSessionsValidFromDateTime'], signal);
    if (now === null) return false;
    const before = output?.sessionsWereValidFrom;
    if (before === undefined || before === null) return Date.parse(now) >= since.getTime() - CLOCK_SKEW_MS;
    // Revoked twice within the same second, the moment stays what it was: it is still one after which no session lives.
    return Date.parse(now) > Date.parse(before) || Date.parse(now) >= Math.floor(since.getTime() / 1_000) * 1_000;
  },
});

async function readSessions({ client, target, signal }: ActionContext<GraphClient, object>): Promise<string | null> {
  const user = await readUser(client, target.id, ['userPrincipalName', 'userType', 'signInSessionsValidFromDateTime'], signal);
  if (!isGuest(user)) return user.signInSessionsValidFromDateTime;
  throw new ActionError('NOT_SUPPORTED_FOR_TARGET', 'The user is a guest: sessions of guests belong to the tenant that they come from, and revoking them here does nothing.', {
    remedy: 'Ask the administrators of the guest\'s home tenant to revoke the sessions; suspending the guest here keeps the guest out of this tenant.',
  });
}
