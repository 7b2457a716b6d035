import type { PluginLogger } from '@countermeasure/sdk';
import plugin from '@countermeasure/plugin-entra-id';
import { CLIENT_ID, CLIENT_SECRET, TENANT_ID, type CloudName } from './microsoft.js';
import type { WireCall } from './recorder.js';

const SILENT: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export const BY_SECRET = { ENTRA_CLIENT_ID: CLIENT_ID, ENTRA_CLIENT_SECRET: CLIENT_SECRET };

/** The plugin's client as the service makes it: no address but that of the connection's cloud is named anywhere. */
export function connect(cloud: CloudName = 'PUBLIC', environment: Readonly<Record<string, string>> = BY_SECRET, own?: object): unknown {
  const { provider } = plugin;
  return provider.connect({
    settings: provider.settings.parse({ tenantId: TENANT_ID, cloud }),
    environment: provider.environment.parse(environment),
    credential: own === undefined ? undefined : provider.credential?.parse(own),
    logger: SILENT,
  });
}

export const isTokenCall = ({ path }: WireCall): boolean => path.endsWith('/oauth2/v2.0/token');

/** What a call says, without what differs from one to the next. */
export function essence({ method, host, path, query, body }: WireCall): { call: string; query: Readonly<Record<string, string>>; body: unknown } {
  const { 'client-request-id': _id, ...rest } = query;
  return { call: `${method} https://${host}${path}`, query: rest, body: body === '' ? undefined : JSON.parse(body) };
}
