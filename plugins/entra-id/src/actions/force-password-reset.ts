import { ActionError, defineAction } from '@countermeasure/sdk';
import { z } from 'zod';
import { need } from '../permissions.js';
import { PRIVILEGED_ROLE } from '../privileged-role.js';
import { entraId } from '../provider.js';
import { READ_USERS, isGuest, readUser, userPath } from '../users.js';

/** User.ReadWrite.All does not include it. */
const WRITE_PASSWORD_PROFILE = ['User-PasswordProfile.ReadWrite.All', 'Directory.ReadWrite.All'] as const;

const ROLE_HINT = 'For password resets some tenants want the app to hold at least the role User Administrator, for ordinary users, too.';

/**
 * PATCH /users/{id} passwordProfile. The answer 204 is no proof: a change of the flag alone was seen to do nothing, so it is
 * read back. @see https://learn.microsoft.com/graph/api/resources/passwordprofile
 */
export const forcePasswordReset = defineAction(entraId, {
  name: 'force-password-reset',
  title: 'Force Password Reset',
  description: 'Makes the user choose a new password at the next sign-in. Open sessions stay: clear them, too. No password is set or shown.',
  outcome: 'REMEDIATE',
  effect: 'CHANGE',
  targetKind: 'USER',
  input: z.object({
    withMfa: z.boolean().default(false).describe('Ask for multifactor authentication before the new password is chosen.'),
  }),
  output: z.object({ forced: z.boolean().describe('Whether the new password has been asked for.') }),
  permissions: [
    need(WRITE_PASSWORD_PROFILE, 'To ask for a new password at the next sign-in.'),
    need(READ_USERS, 'To find the user, and to see that the change took effect.'),
  ],
  privilegedRole: PRIVILEGED_ROLE,
  idempotent: true,
  replay: 'SAFE',

  async plan({ client, target, input, signal }) {
    const user = await readUser(client, target.id, ['userPrincipalName', 'userType', 'passwordProfile'], signal);
    refuseGuest(user);
    const flag = flagOf(input);
    if (user.passwordProfile?.[flag] === true) return [];
    return [`Make ${target.displayName} (${target.username ?? target.id}) choose a new password at the next sign-in: ${flag} → true.`];
  },

  async run({ client, target, input, signal, idempotencyKey, progress }) {
    refuseGuest(await readUser(client, target.id, ['userPrincipalName', 'userType'], signal));
    progress(`Asking ${target.displayName} for a new password at the next sign-in.`);
    const body = { passwordProfile: { [flagOf(input)]: true } };
    await client.patch(userPath(target.id), body, { signal, permissions: WRITE_PASSWORD_PROFILE, roleHint: ROLE_HINT, requestId: idempotencyKey });
    return { forced: true };
  },

  async verify({ client, target, input, signal }) {
    const { passwordProfile } = await readUser(client, target.id, ['passwordProfile'], signal);
    return passwordProfile?.[flagOf(input)] === true;
  },
});

function flagOf({ withMfa }: { withMfa: boolean }): 'forceChangePasswordNextSignIn' | 'forceChangePasswordNextSignInWithMfa' {
  return withMfa ? 'forceChangePasswordNextSignInWithMfa' : 'forceChangePasswordNextSignIn';
}

function refuseGuest(user: Parameters<typeof isGuest>[0]): void {
  if (!isGuest(user)) return;
  throw new ActionError('NOT_SUPPORTED_FOR_TARGET', 'The user is a guest: the password of a guest belongs to the tenant that the guest comes from.', {
    remedy: 'Ask the administrators of the guest\'s home tenant; suspending the guest here keeps the guest out of this tenant.',
  });
}
