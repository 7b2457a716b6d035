import type { PermissionNeed } from '@countermeasure/sdk';
import type { Tx } from '../db/database.js';
import type { Registry } from '../registry/registry.js';
import type { ActionsInUse } from './actions-in-use.js';
import type { FeedsInUse } from './feeds-in-use.js';
import type { Connection } from './connection.entity.js';
import type { PaceStore } from './pace.store.js';
import type { ConnectionStore } from './connection.store.js';
import { withPace } from './pace-health.js';
import { consentOf, healthOf, type Consent, type ConnectionHealth, type ConnectionState } from './consent.machine.js';

interface Deps {
  readonly connections: ConnectionStore;
  readonly pace: PaceStore;
  readonly registry: Registry;
  readonly actionsInUse: ActionsInUse;
  readonly feedsInUse: FeedsInUse;
}

/** How connections stand: what their steps need, what was granted, and whether they work. For many at once, in a few statements. */
export class ConnectionReader {
  constructor(private readonly deps: Deps) {}

  async statesOf(tx: Tx, connections: readonly Connection[]): Promise<ConnectionState[]> {
    const checks = await this.deps.connections.checksOf(tx, connections.map(({ id }) => id));
    return connections.map((connection) => ({ connection, check: checks.find(({ connectionId }) => connectionId === connection.id) }));
  }

  /** Connections that are there, by their ids. */
  async statesByIds(tx: Tx, ids: readonly string[]): Promise<ConnectionState[]> {
    if (ids.length === 0) return [];
    const connections = await this.deps.connections.findByIds(tx, ids);
    return this.statesOf(tx, connections.filter(({ deletedAt }) => deletedAt === null));
  }

  async consentsOf(tx: Tx, connections: readonly Connection[]): Promise<{ consent: Consent; health: ConnectionHealth }[]> {
    const states = await this.statesOf(tx, connections);
    const ids = connections.map(({ id }) => id);
    const uses = await this.deps.actionsInUse(tx, ids);
    const feeds = await this.deps.feedsInUse(tx, ids);
    const paces = await this.deps.pace.find(tx, ids);
    const now = new Date();
    return states.map((state) => {
      const { id, providerId } = state.connection;
      const actionIds = uses.filter(({ connectionId }) => connectionId === id).map(({ actionId }) => actionId);
      const eventTypes = feeds.filter(({ connectionId }) => connectionId === id).map(({ eventType }) => eventType);
      const consent = consentOf(state, this.deps.registry.provider(providerId), this.needsOf(actionIds, eventTypes), now);
      return { consent, health: withPace(healthOf(state, consent), paces.find(({ connectionId }) => connectionId === id), now) };
    });
  }

  async consentOf(tx: Tx, connection: Connection): Promise<{ consent: Consent; health: ConnectionHealth }> {
    const [found] = await this.consentsOf(tx, [connection]);
    if (!found) throw new Error(`The connection ${connection.id} was not read.`);
    return found;
  }

  /** The union of what the actions and feeds need, each permission once. */
  private needsOf(actionIds: readonly string[], eventTypes: readonly string[]): PermissionNeed[] {
    const { registry } = this.deps;
    const all = [
      ...[...new Set(actionIds)].flatMap((id): readonly PermissionNeed[] => registry.action(id)?.action.permissions ?? []),
      ...eventTypes.flatMap((id) => registry.eventType(id)?.definition.feed?.permissions ?? []),
    ];
    const needs = new Map<string, PermissionNeed>();
    for (const need of all) if (!needs.has(need.name)) needs.set(need.name, need);
    return [...needs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
