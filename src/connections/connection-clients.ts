import type { Logger } from '../kernel/logger.js';
import type { Registry, RegisteredProvider } from '../registry/registry.js';
import type { Connection } from './connection.entity.js';

/** A provider's client, made for one connection. Only that provider's plugin knows what it is. */
export interface ConnectedProvider {
  readonly provider: RegisteredProvider;
  readonly client: unknown;
}

/** One client per connection and revision, kept, so that its tokens are shared by everything that acts on the tenant. */
export class ConnectionClients {
  private readonly clients = new Map<string, { revision: number; connected: ConnectedProvider }>();

  constructor(private readonly deps: { registry: Registry; logger: Logger }) {}

  connect(connection: Connection): ConnectedProvider {
    const kept = this.clients.get(connection.id);
    if (kept?.revision === connection.revision) return kept.connected;
    const provider = this.deps.registry.provider(connection.providerId);
    if (!provider) throw new Error(`No loaded plugin brings the provider ${connection.providerId}.`);
    const client = provider.plugin.provider.connect({
      settings: provider.plugin.provider.settings.parse(connection.settings),
      environment: provider.environment,
      credential: undefined,
      logger: this.deps.logger.child({ provider: provider.id, connectionId: connection.id }),
    });
    const connected = { provider, client };
    this.clients.set(connection.id, { revision: connection.revision, connected });
    return connected;
  }
}
