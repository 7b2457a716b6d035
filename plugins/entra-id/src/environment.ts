import { z } from 'zod';

/** Microsoft's libraries drop the token, or refuse to start, when an address is not https: say so before they do. */
const httpsOrigin = z.url({ protocol: /^https$/, error: 'must be an https:// address' }).transform((url) => new URL(url).origin);

/** One app registration for all tenants; its credential is the first of secret, certificate, federated token and managed identity that is set. */
export const environment = z
  .object({
    ENTRA_CLIENT_ID: z.guid({ error: 'must be the application (client) id of the app registration, a GUID' }).optional(),
    ENTRA_CLIENT_SECRET: z.string().min(1).optional(),
    ENTRA_CLIENT_SECRET_EXPIRES_AT: z.iso.datetime({ offset: true, error: 'must be a date as 2027-01-31 or 2027-01-31T12:00:00Z' }).or(z.iso.date()).optional(),
    ENTRA_CLIENT_CERTIFICATE_PATH: z.string().min(1).optional(),
    ENTRA_FEDERATED_TOKEN_FILE: z.string().min(1).optional(),
    ENTRA_AUTHORITY_HOST: httpsOrigin.optional(),
    ENTRA_GRAPH_URL: httpsOrigin.optional(),
  })
  .refine((set) => set.ENTRA_CLIENT_ID !== undefined || !(set.ENTRA_CLIENT_SECRET ?? set.ENTRA_CLIENT_CERTIFICATE_PATH ?? set.ENTRA_FEDERATED_TOKEN_FILE), {
    path: ['ENTRA_CLIENT_ID'],
    error: 'must be set beside the credential: the application (client) id of the app registration',
  });

export type EntraEnvironment = z.output<typeof environment>;
