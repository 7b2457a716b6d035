import { In } from 'typeorm';
import type { FeedsInUse } from '../connections/feeds-in-use.js';
import { insertAll, type Tx } from '../db/database.js';
import { EventFeed } from './event-feed.entity.js';

/** What a look changes of a feed. */
export type FeedChange = Partial<Omit<EventFeed, 'id' | 'connectionId' | 'connection' | 'eventType' | 'createdAt'>>;

export class EventFeedStore {
  async insert(tx: Tx, feed: EventFeed): Promise<void> {
    await insertAll(tx, EventFeed, [feed]);
  }

  async update(tx: Tx, id: string, change: FeedChange): Promise<void> {
    await tx.createQueryBuilder().update(EventFeed).set(change).where({ id }).execute();
  }

  findByIds(tx: Tx, ids: readonly string[]): Promise<EventFeed[]> {
    return tx.findBy(EventFeed, { id: In([...ids]) });
  }

  ofConnections(tx: Tx, connectionIds: readonly string[]): Promise<EventFeed[]> {
    return tx.find(EventFeed, { where: { connectionId: In([...connectionIds]) }, order: { eventType: 'ASC' } });
  }

  /** The feed of a connection and type, locked until the transaction ends. */
  lock(tx: Tx, connectionId: string, eventType: string): Promise<EventFeed | null> {
    return tx.createQueryBuilder(EventFeed, 'feed').setLock('pessimistic_write').where({ connectionId, eventType }).getOne();
  }

  /** Locks the feed until the transaction ends, and tells whether it stands as it was read: nobody has switched it since, and no other look has gone on. */
  async lockUnchanged(tx: Tx, { id, active, createdAt, lookBeganAt, nextPage }: EventFeed): Promise<boolean> {
    const now = await tx.createQueryBuilder(EventFeed, 'feed').setLock('pessimistic_write').where({ id }).getOne();
    return now?.active === active && now.createdAt.getTime() === createdAt.getTime() && now.lookBeganAt?.getTime() === lookBeganAt?.getTime() && now.nextPage === nextPage;
  }

  /** What the provider told of the subscription itself; the look that follows brings it in order. */
  async noteLifecycle(tx: Tx, id: string, lifecycle: 'RENEW' | 'RECREATE' | 'MISSED'): Promise<void> {
    if (lifecycle === 'RENEW') await this.update(tx, id, { subscriptionExpiresAt: new Date() });
    if (lifecycle === 'RECREATE') await this.update(tx, id, { subscriptionId: null, subscriptionExpiresAt: null });
    if (lifecycle === 'MISSED') await this.update(tx, id, { problem: { code: 'EVENTS_MISSED', message: 'The provider says that it could not send some events.', remedy: 'Look at the provider what happened in the meantime; from now on they come again.' } });
  }

  /** Which event types connections bring by themselves now. */
  readonly feedsInUse: FeedsInUse = async (tx, connectionIds) => {
    const feeds = await tx.findBy(EventFeed, { connectionId: In([...connectionIds]), active: true });
    return feeds.map(({ connectionId, eventType }) => ({ connectionId, eventType }));
  };

  /** Feeds whose time has come and which nothing else would wake. */
  async overdue(tx: Tx, before: Date): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>('select id from event_feed where active and next_look_at < $1', [before]);
    return rows.map(({ id }) => id);
  }
}
