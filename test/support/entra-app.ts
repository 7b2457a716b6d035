import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import plugin from '@countermeasure/plugin-entra-id';
import { startSandbox, startSandboxTenant, type SandboxTenant, type SandboxTenantOptions } from '@countermeasure/plugin-entra-id/sandbox';
import type { Sandbox } from '@countermeasure/sdk';
import { createLogger } from '../../src/kernel/logger.js';
import { registerProvider } from '../../src/registry/load-plugins.js';
import { Registry, type RegisteredChannel, type RegisteredProvider } from '../../src/registry/registry.js';
import { Lab, createLabChannel } from './lab-plugin.js';
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
  const app = await startTestApp({ ...options.app, registry: new Registry([registerEntra(tenant.environment), ...(options.others ?? [])], options.channels) });
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

/** The whole service as it is at its very first start: nothing is configured, so that a sandbox tenant stands in. */
export async function startSandboxApp(): Promise<AsyncDisposable & { readonly app: TestApp }> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countermeasure-first-start-'));
  const sandbox = await startSandbox({ dataDir, logger: createLogger('silent') });
  const channel = createLabChannel(new Lab());
  const app = await startTestApp({ registry: new Registry([registerEntra(sandbox.environment, sandbox)], [{ id: channel.id, packageName: 'lab', definition: channel, environment: {} }]) });
  return {
    app,
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await sandbox.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function registerEntra(environment: Readonly<Record<string, string>>, sandbox?: Sandbox): RegisteredProvider {
  const { provider, problems } = registerProvider({ packageName: '@countermeasure/plugin-entra-id', plugin }, environment, { sandbox });
  if (!provider) throw new Error(problems.join());
  return provider;
}
