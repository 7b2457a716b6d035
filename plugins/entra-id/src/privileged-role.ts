import type { PrivilegedRoleDefinition } from '@countermeasure/sdk';

export const PRIVILEGED_ROLE = 'Privileged Authentication Administrator';

/**
 * Whoever holds an administrative role is out of reach of the permissions alone.
 * @see https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions
 */
export const privilegedRole: PrivilegedRoleDefinition = {
  name: PRIVILEGED_ROLE,
  instructions:
    `Assign the role ${PRIVILEGED_ROLE} to the app: in the Microsoft Entra admin center open Entra ID > Roles & admins > ${PRIVILEGED_ROLE} > Add assignments ` +
    'and choose the app\'s enterprise application. It takes a Privileged Role Administrator, and some minutes to work.',
};

/** Template ids of the role and of Global Administrator, which includes it. They are the same in every tenant. */
export const REACHING_ROLE_IDS: readonly string[] = ['7be44c8a-adaf-4e2a-84d6-ab2649e08a13', '62e90394-69f5-4237-9190-012177145e10'];
