import type { FirstStepsQuery } from '../../gql/overview.js';

/** The sandbox tenant, with what the first steps need of it. */
export type Tenant = NonNullable<FirstStepsQuery['providers'][number]['sandboxTenant']>;
