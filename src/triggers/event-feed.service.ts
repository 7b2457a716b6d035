import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Connection } from '../connections/connection.entity.js';
import type { ConnectionStore } from '../connections/connection.store.js';
import type { Database } from '../db/database.js';
import { DomainError, badInput } from '../kernel/errors.js';
import { isId, newId, requireId } from '../kernel/ids.js';
import type { Registry, RegisteredEventType } from '../registry/registry.js';
import type { EventFeed } from './event-feed.entity.js';
import type { EventFeedStore } from './event-feed.store.js';
import type { TriggerWakeups } from './trigger-queue.js';

export interface SwitchFeed {
  readonly connectionId: string;
  readonly eventType: string;
  readonly active: boolean;
}

interface Deps {
  readonly database: Database;
  readonly feeds: EventFeedStore;
  readonly connections: ConnectionStore;
  readonly registry: Registry;
  readonly wakeups: TriggerWakeups;
  readonly audit: AuditTrail;
}

/** Which events the connections bring by themselves. */
export class EventFeedService {
  constructor(private readonly deps: Deps) {}

  /** From the moment on that it is switched on: what happened before fires nothing. */
  async switch(session: Session, { connectionId, eventType, active }: SwitchFeed): Promise<{ connection: Connection; feed: EventFeed }> {
    session.assert('connection:write');
    requireId('connection', connectionId, ['input', 'connectionId']);
    const { database, feeds, connections, wakeups } = this.deps;
    return database.transact(async (tx) => {
      // Its lock also has those wait who would make the same feed.
      const connection = await connections.lock(tx, connectionId);
      if (!connection) throw new DomainError('NOT_FOUND', `There is no connection ${connectionId}.`);
      this.requireType(session, connection, eventType);
      const now = new Date();
      const known = await feeds.lock(tx, connectionId, eventType);
      const feed: EventFeed = known ?? newFeed(connectionId, eventType, now);
      // A pause is a gap on purpose: what happened in it is not read later.
      const change = { active, nextLookAt: now, problem: null, failures: 0, ...(active && !known?.active && { readUntil: now, createdAt: now, lookBeganAt: null, nextPage: null }) };
      if (!known) await feeds.insert(tx, { ...feed, ...change });
      else await feeds.update(tx, feed.id, change);
      await wakeups.look(tx, feed.id);
      this.deps.audit.record(tx, { actor: session.actor, action: 'switchEventFeed', subject: feed.id, details: { connectionId, eventType, active } });
      return { connection, feed: { ...feed, ...change } };
    });
  }

  ofConnections(session: Session, connectionIds: readonly string[]): Promise<EventFeed[]> {
    session.assert('connection:read');
    return this.deps.feeds.ofConnections(this.deps.database.reader, connectionIds);
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<EventFeed[]> {
    session.assert('connection:read');
    const feeds = await this.deps.feeds.findByIds(this.deps.database.reader, ids.filter((id) => isId('eventFeed', id)));
    return feeds.filter(({ connectionId }) => session.seesConnection(connectionId));
  }

  /** The event types that a connection of the provider can bring by itself. */
  typesOf(session: Session, providerId: string): RegisteredEventType[] {
    session.assert('connection:read');
    session.assert('catalogue:read');
    return this.deps.registry.eventTypes().filter(({ provider, definition }) => provider?.id === providerId && definition.feed !== undefined);
  }

  private requireType(session: Session, { providerId }: Connection, id: string): void {
    const types = this.typesOf(session, providerId).map((eventType) => eventType.id);
    if (!types.includes(id)) throw badInput(['input', 'eventType'], `This connection does not bring "${id.slice(0, 80)}" by itself; it can bring ${types.join(', ') || 'nothing'}.`);
  }
}

function newFeed(connectionId: string, eventType: string, now: Date): EventFeed {
  return {
    id: newId('eventFeed'), connectionId, eventType, active: true, createdAt: now, readUntil: now, lookBeganAt: null, nextPage: null, nextLookAt: now,
    lastLookAt: null, problem: null, failures: 0, subscriptionId: null, subscriptionSecretHash: null, subscriptionExpiresAt: null,
  };
}
