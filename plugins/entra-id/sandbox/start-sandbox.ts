import type { StartSandbox } from '@countermeasure/sdk';
import { demonstrate } from './demonstration.js';
import { startSandboxTenant } from './start-sandbox-tenant.js';

/** The sandbox as the service starts it: consented, on a free port, its state kept in the folder. */
export const startSandbox: StartSandbox = async ({ dataDir, logger }) => {
  const tenant = await startSandboxTenant({ dataDir, logger });
  logger.info({ origin: tenant.origin, caFile: tenant.caFile }, 'The sandbox tenant is listening; it is a local imitation, not Microsoft.');
  return {
    environment: tenant.environment,
    connectionSettings: { tenantId: tenant.tenantId },
    connectionName: 'Contoso sandbox tenant',
    exampleTargetId: tenant.exampleUser,
    demonstration: demonstrate(tenant),
    stop: () => tenant.stop(),
  };
};
