import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { Connection } from '../connections/connection.entity.js';

/** Why the last look failed. */
export interface FeedProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}

/** A connection brings events of a type by itself: it is asked again and again, or it sends them. */
@Entity()
@Unique('event_feed_once', ['connectionId', 'eventType'])
@Index('event_feed_due', ['nextLookAt'], { where: 'active' })
export class EventFeed {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column('text')
  eventType!: string;

  @Column('boolean')
  active!: boolean;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** Everything before this moment has been read. */
  @Column({ type: 'timestamptz', precision: 3 })
  readUntil!: Date;

  /** The look that is under way: when it began, and the page that comes next. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lookBeganAt!: Date | null;

  @Column('text', { nullable: true })
  nextPage!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  nextLookAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastLookAt!: Date | null;

  @Column('jsonb', { nullable: true })
  problem!: FeedProblem | null;

  /** How many looks have failed since the last one that did not. */
  @Column('int')
  failures!: number;

  /** The provider's id of the subscription by which it sends events. */
  @Column('text', { nullable: true })
  subscriptionId!: string | null;

  /** What the provider sends back as proof, as a hash. */
  @Column('bytea', { nullable: true })
  subscriptionSecretHash!: Buffer | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  subscriptionExpiresAt!: Date | null;
}
