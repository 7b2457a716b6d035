import type { ActionContext, RunContext, VerifyContext } from '@countermeasure/sdk';
import { z } from 'zod';
import type { GraphClient } from '../graph-client.js';
import { need } from '../permissions.js';
import { READ_USERS, readUser, userPath } from '../users.js';

/** Least first. User.EnableDisableAccount.All reads nothing; User.Read.All stands beside it. */
const ENABLE_DISABLE = ['User.EnableDisableAccount.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'] as const;

export const ENABLE_DISABLE_NEEDS = [
  need(ENABLE_DISABLE, 'To disable and enable accounts.'),
  need(READ_USERS, 'To find the user, and to see that the change took effect.'),
] as const;

export const accountOutput = z.object({
  accountEnabled: z.boolean().describe('Whether the user may sign in now.'),
  wasEnabled: z.boolean().describe('Whether the user might sign in before.'),
  synchronised: z.boolean().describe('true: the user comes from an on-premises directory, which may take the change back.'),
});

type AccountOutput = z.output<typeof accountOutput>;

/** Suspending and unsuspending are one property, turned either way. */
export function switchAccount(enabled: boolean) {
  const verb = enabled ? 'Enable' : 'Disable';

  return {
    async plan({ client, target, signal }: ActionContext<GraphClient, object>): Promise<readonly string[]> {
      const user = await readUser(client, target.id, ['accountEnabled', 'onPremisesSyncEnabled'], signal);
      if (user.accountEnabled === enabled) return [];
      const change = `${verb} the account of ${target.displayName} (${target.username ?? target.id}): accountEnabled ${String(user.accountEnabled)} → ${String(enabled)}.`;
      return user.onPremisesSyncEnabled === true ? [change, revertWarning(enabled)] : [change];
    },

    async run({ client, target, signal, idempotencyKey, progress }: RunContext<GraphClient, object>): Promise<AccountOutput> {
      const user = await readUser(client, target.id, ['accountEnabled', 'onPremisesSyncEnabled'], signal);
      const synchronised = user.onPremisesSyncEnabled === true;
      progress(`${verb.slice(0, -1)}ing the account of ${target.displayName}.`);
      if (synchronised) progress(revertWarning(enabled));
      await client.patch(userPath(target.id), { accountEnabled: enabled }, { signal, permissions: ENABLE_DISABLE, requestId: idempotencyKey });
      return { accountEnabled: enabled, wasEnabled: user.accountEnabled, synchronised };
    },

    async verify({ client, target, signal }: VerifyContext<GraphClient, object, AccountOutput>): Promise<boolean> {
      const { accountEnabled } = await readUser(client, target.id, ['accountEnabled'], signal);
      return accountEnabled === enabled;
    },
  };
}

function revertWarning(enabled: boolean): string {
  return `The user is synchronised from an on-premises directory, which may take this back at its next cycle: ${enabled ? 'enable' : 'disable'} the account there, too.`;
}
