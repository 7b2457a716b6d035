import { defineProvider } from '@countermeasure/sdk';
import { z } from 'zod';
import { TenantToken } from './access-token.js';
import { createCredential } from './credential.js';
import { MICROSOFT_HOSTS, environment, isMicrosoftHost } from './environment.js';
import { GraphClient } from './graph-client.js';
import { resolveUser } from './users.js';

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

const tenantId = z
  .string()
  .trim()
  .refine((value) => z.guid().safeParse(value).success || DOMAIN.test(value), { error: 'must be the tenant\'s id, a GUID, or one of its verified domains' })
  .describe('Directory (tenant) id of the Entra admin center\'s overview, or a verified domain of the tenant.');

export const entraId = defineProvider({
  id: 'entra-id',
  title: 'Microsoft Entra ID',
  description: 'Identities of Microsoft 365 and Azure: who may sign in, with what, and from where.',
  hosts: MICROSOFT_HOSTS,
  settings: z.strictObject({ tenantId }),
  environment,
  connect({ settings, environment: set }) {
    const scope = `${isMicrosoftHost(set.ENTRA_GRAPH_URL) ? set.ENTRA_GRAPH_URL : 'https://graph.microsoft.com'}/.default`;
    return new GraphClient(new TenantToken(() => createCredential(settings.tenantId, set), scope), set.ENTRA_GRAPH_URL);
  },
  resolveTarget: ({ client, target, signal }) => resolveUser(client, target.id, signal),
  check: async ({ client, signal }) => ({ granted: await client.granted(signal) }),
});
