import { ConnectionChecker } from './connections/connection-checker.js';
import { ConnectionClients } from './connections/connection-clients.js';
import { ConnectionReader } from './connections/connection-reader.js';
import { ConnectionStore } from './connections/connection.store.js';
import { CredentialVault } from './connections/credential-vault.js';
import type { PaceOverrides } from './connections/pace-settings.js';
import { Pace } from './connections/pace.js';
import { PaceStore } from './connections/pace.store.js';
import type { Database } from './db/database.js';
import { wakeCheck } from './engine/check-connections.js';
import { wakeWaiting } from './engine/wake-run.js';
import type { Logger } from './kernel/logger.js';
import type { Registry } from './registry/registry.js';

interface Base extends Pick<ConstructorParameters<typeof ConnectionReader>[0], 'actionsInUse' | 'feedsInUse'> {
  readonly database: Database;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly secretsKeys: readonly Uint8Array[];
  readonly paceOverrides: PaceOverrides;
}

/** Tenants: how they are reached, how they are, and how fast they may be called. */
export function createConnections({ database, registry, logger, secretsKeys, paceOverrides, actionsInUse, feedsInUse }: Base) {
  const connections = new ConnectionStore();
  const vault = new CredentialVault(secretsKeys);
  const clients = new ConnectionClients({ database, connections, registry, vault, logger });
  const paceStore = new PaceStore();
  const pace = new Pace({ database, pace: paceStore, registry, paceOverrides, wakeCheck, wakeWaiting, logger });
  return {
    connections,
    vault,
    clients,
    pace,
    reader: new ConnectionReader({ connections, pace: paceStore, registry, actionsInUse, feedsInUse }),
    checker: new ConnectionChecker({ database, connections, clients, pace, logger }),
  };
}
