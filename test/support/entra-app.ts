import plugin from '@countermeasure/plugin-entra-id';
import { startSandboxTenant, type SandboxTenant, type SandboxTenantOptions } from '@countermeasure/plugin-entra-id/sandbox';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry, type RegisteredChannel, type RegisteredProvider } from '../../src/registry/registry.js';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.js';

export interface EntraApp extends AsyncDisposable {
  readonly app: TestApp;
  readonly tenant: SandboxTenant;
  /** A connection to the sandbox tenant. */
  connect(): Promise<string>;
}

/** The whole service with the real Entra ID plugin, its provider being a sandbox tenant of the test's own. */
export async function startEntraApp(options: { tenant?: SandboxTenantOptions; app?: TestAppOptions; channels?: RegisteredChannel[]; others?: RegisteredProvider[] } = {}): Promise<EntraApp> {
  const tenant = await startSandboxTenant(options.tenant);
  const { provider, problems } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin }, tenant.environment);
  if (!provider) throw new Error(problems.join());
  const app = await startTestApp({ ...options.app, registry: new Registry([provider, ...(options.others ?? [])], options.channels) });
  return {
    app,
    tenant,
    connect: () => app.admin.connect('entra-id', { tenantId: tenant.tenantId }),
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await tenant.stop();
    },
  };
}
