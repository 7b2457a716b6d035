import { defineAction } from '@countermeasure/sdk';
import { z } from 'zod';
import { PRIVILEGED_ROLE } from '../privileged-role.js';
import { entraId } from '../provider.js';
import { ENABLE_DISABLE_NEEDS, accountOutput, switchAccount } from './account-enabled.js';

/** PATCH /users/{id} accountEnabled. @see https://learn.microsoft.com/graph/api/user-update */
export const suspendUser = defineAction(entraId, {
  name: 'suspend-user',
  title: 'Suspend User',
  description: 'Disables the account, so that nobody can sign in to it. It does not end sessions that are open: clear them, too.',
  outcome: 'CONTAIN',
  effect: 'CHANGE',
  targetKind: 'USER',
  input: z.object({}),
  output: accountOutput,
  permissions: ENABLE_DISABLE_NEEDS,
  privilegedRole: PRIVILEGED_ROLE,
  idempotent: true,
  replay: 'SAFE',
  ...switchAccount(false),
});
