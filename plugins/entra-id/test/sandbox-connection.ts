import { ActionError, type PluginLogger } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import type { SandboxTenant } from '@countermeasure/plugin-entra-id/sandbox';

const SILENT: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export interface ConnectionParts {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** In place of the sandbox's own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly credential?: object;
}

/** The plugin's client as the service makes it, for a connection to the sandbox tenant. */
export function connectTo(tenant: SandboxTenant, { settings = {}, environment = tenant.environment, credential }: ConnectionParts = {}): unknown {
  const { provider } = plugin;
  return provider.connect({
    settings: provider.settings.parse({ tenantId: tenant.tenantId, ...settings }),
    environment: provider.environment.parse(environment),
    credential: credential && provider.credential?.parse(credential),
    logger: SILENT,
  });
}

export function check(client: unknown, signal = new AbortController().signal) {
  return plugin.provider.check({ client, signal });
}

export async function failureOf(work: Promise<unknown>): Promise<ActionError> {
  const error: unknown = await work.then(() => undefined, (thrown: unknown) => thrown);
  if (error instanceof ActionError) return error;
  throw new Error(`An ActionError was expected, not ${String(error)}`);
}

export const isTokenCall = ({ path }: { readonly path: string }): boolean => path.includes('/oauth2/v2.0/token');
