import { z } from 'zod';
import { CLOUD_NAMES } from './clouds.js';

const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** What is filled in once per connection. */
export const settings = z.strictObject({
  tenantId: z
    .string()
    .trim()
    .toLowerCase()
    .refine((value) => z.guid().safeParse(value).success || DOMAIN.test(value), { error: 'must be the tenant\'s id, a GUID, or one of its verified domains' })
    .describe('Directory (tenant) id of the Entra admin center\'s overview, or a verified domain of the tenant.'),
  cloud: z.enum(CLOUD_NAMES).default('PUBLIC').describe('The cloud that the tenant is in: PUBLIC (also GCC), US_GOV (GCC High), US_GOV_DOD, or CHINA (21Vianet).'),
});

export type EntraSettings = z.output<typeof settings>;
