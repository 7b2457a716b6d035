import { defineAction } from '@countermeasure/sdk';
import { z } from 'zod';
import { PRIVILEGED_ROLE } from '../privileged-role.js';
import { entraId } from '../provider.js';
import { ENABLE_DISABLE_NEEDS, accountOutput, switchAccount } from './account-enabled.js';

/** PATCH /users/{id} accountEnabled. @see https://learn.microsoft.com/graph/api/user-update */
export const unsuspendUser = defineAction(entraId, {
  name: 'unsuspend-user',
  title: 'Unsuspend User',
  description: 'Enables the account again, so that its owner can sign in.',
  outcome: 'RESTORE',
  effect: 'CHANGE',
  targetKind: 'USER',
  input: z.object({}),
  output: accountOutput,
  permissions: ENABLE_DISABLE_NEEDS,
  privilegedRole: PRIVILEGED_ROLE,
  idempotent: true,
  replay: 'SAFE',
  ...switchAccount(true),
});
