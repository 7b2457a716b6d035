import { guidFor } from './deterministic-guid.js';

/** Template ids of the built-in directory roles that the sandbox knows, by the names that the portal shows. */
export const DIRECTORY_ROLES = {
  'Authentication Administrator': 'c4e39bd9-1100-46d3-8c65-fb160da0071f',
  'Directory Readers': '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  'Directory Synchronization Accounts': 'd29b2b05-8046-44ba-8758-1e26182fcf32',
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Groups Administrator': 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  'Guest Inviter': '95e79109-95c0-4d8e-aee3-d01accf2d47b',
  'Helpdesk Administrator': '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  'Message Center Reader': '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b',
  'Password Administrator': '966707d0-3269-4727-9be2-8c3a10f19b9d',
  'Privileged Authentication Administrator': '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  'Privileged Role Administrator': 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  'Reports Reader': '4a5d8f65-41da-4de4-8968-e035b65339cf',
  'Usage Summary Reports Reader': '75934031-6c7e-415a-99d7-48dbd49e875e',
  'User Administrator': 'fe930be7-5e62-47db-91af-98c3a49a38b1',
} as const;

export type DirectoryRoleName = keyof typeof DIRECTORY_ROLES;

const NAME_BY_TEMPLATE_ID = new Map<string, DirectoryRoleName>(
  Object.entries(DIRECTORY_ROLES).map(([name, id]) => [id, name as DirectoryRoleName]),
);

export const DIRECTORY_ROLE_NAMES = Object.keys(DIRECTORY_ROLES) as readonly DirectoryRoleName[];

/** The name of a built-in role, or undefined for an id that is none. */
export function directoryRoleName(templateId: string): DirectoryRoleName | undefined {
  return NAME_BY_TEMPLATE_ID.get(templateId);
}

/** An activated role is a directory object of its own: its id differs from the template's. */
export function directoryRoleObjectId(templateId: string): string {
  return guidFor(`directory-role:${templateId}`);
}
