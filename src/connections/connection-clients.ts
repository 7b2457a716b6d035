import { ActionError } from '@countermeasure/sdk';
import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import { rememberSecretsIn } from '../kernel/redact.js';
import type { JsonObject } from '../kernel/json.js';
import type { Registry, RegisteredProvider } from '../registry/registry.js';
import type { Connection } from './connection.entity.js';
import type { ConnectionStore } from './connection.store.js';
import { UnknownSecretsKey, type CredentialVault } from './credential-vault.js';

/** A provider's client, made for one connection. Only that provider's plugin knows what it is. */
export interface ConnectedProvider {
  readonly provider: RegisteredProvider;
  readonly client: unknown;
}

interface Deps {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly registry: Registry;
  readonly vault: CredentialVault;
  readonly logger: Logger;
}

/** One client per connection and revision, kept, so that its tokens are shared by everything that acts on the tenant. */
export class ConnectionClients {
  private readonly clients = new Map<string, { revision: number; connecting: Promise<ConnectedProvider> }>();

  constructor(private readonly deps: Deps) {}

  async connect(connection: Connection): Promise<ConnectedProvider> {
    const kept = this.clients.get(connection.id);
    if (kept?.revision === connection.revision) return kept.connecting;
    const connecting = this.make(connection);
    const entry = { revision: connection.revision, connecting };
    this.clients.set(connection.id, entry);
    // What failed is not kept: the next one tries anew.
    connecting.catch(() => this.clients.get(connection.id) === entry && this.clients.delete(connection.id));
    return connecting;
  }

  /** The connection's own credential; undefined when it uses the one of the environment. */
  async credentialOf(connection: Connection): Promise<JsonObject | undefined> {
    const { database, connections, vault } = this.deps;
    const stored = await connections.findCredential(database.reader, connection.id);
    if (!stored) return undefined;
    try {
      const credential = await vault.open(connection.id, stored.sealed);
      rememberSecretsIn(credential);
      return credential;
    } catch (cause) {
      if (!(cause instanceof UnknownSecretsKey)) throw cause;
      throw new ActionError('CREDENTIAL_UNREADABLE', cause.message, { cause, concernsConnection: true, remedy: 'Put the key back into SECRETS_KEY, behind the newest one, or save the credential again.' });
    }
  }

  private async make(connection: Connection): Promise<ConnectedProvider> {
    const provider = this.deps.registry.provider(connection.providerId);
    if (!provider) throw new ActionError('PLUGIN_NOT_LOADED', `No loaded plugin brings the provider ${connection.providerId}.`, { remedy: 'List its package in PLUGINS and start the service again.' });
    // Its own credential is gone, and the one of the environment was never meant for what is still under way.
    if (connection.deletedAt !== null) throw new ActionError('CONNECTION_DELETED', `The connection ${connection.name} was deleted.`, { remedy: 'Give the step another connection and run the playbook again.' });
    const definition = provider.plugin.provider;
    const credential = await this.credentialOf(connection);
    const client = definition.connect({
      settings: definition.settings.parse(connection.settings),
      environment: provider.environment,
      credential: credential === undefined ? undefined : definition.credential?.parse(credential),
      logger: this.deps.logger.child({ provider: provider.id, connectionId: connection.id }),
    });
    return { provider, client };
  }
}
