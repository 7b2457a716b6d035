import { z } from 'zod';

const PUBLIC_AUTHORITY = 'https://login.microsoftonline.com';
const PUBLIC_GRAPH = 'https://graph.microsoft.com';

/** Microsoft's libraries drop the token, or refuse to start, when an address is not https: say so before they do. */
const httpsOrigin = z.url({ protocol: /^https$/, error: 'must be an https:// address' }).transform((url) => new URL(url).origin);

/** One app registration for all tenants; its credential is the first of secret, certificate, federated token and managed identity that is set. */
export const environment = z
  .object({
    ENTRA_CLIENT_ID: z.guid({ error: 'must be the application (client) id of the app registration, a GUID' }).optional(),
    ENTRA_CLIENT_SECRET: z.string().min(1).optional(),
    ENTRA_CLIENT_CERTIFICATE_PATH: z.string().min(1).optional(),
    ENTRA_FEDERATED_TOKEN_FILE: z.string().min(1).optional(),
    ENTRA_AUTHORITY_HOST: httpsOrigin.default(PUBLIC_AUTHORITY),
    ENTRA_GRAPH_URL: httpsOrigin.default(PUBLIC_GRAPH),
  })
  .refine((set) => set.ENTRA_CLIENT_ID !== undefined || !(set.ENTRA_CLIENT_SECRET ?? set.ENTRA_CLIENT_CERTIFICATE_PATH ?? set.ENTRA_FEDERATED_TOKEN_FILE), {
    path: ['ENTRA_CLIENT_ID'],
    error: 'must be set beside the credential: the application (client) id of the app registration',
  });

export type EntraEnvironment = z.output<typeof environment>;

/** The hosts of Microsoft's own clouds. @see https://learn.microsoft.com/graph/deployments */
export const MICROSOFT_HOSTS = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
] as const;

export function isMicrosoftHost(origin: string): boolean {
  return (MICROSOFT_HOSTS as readonly string[]).includes(new URL(origin).host);
}
