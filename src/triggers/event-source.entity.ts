import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';

/** A system that posts events to /hooks/<name>, and the secrets with which it signs them. */
@Entity()
@Index('event_source_name', ['name'], { unique: true, where: 'deleted_at is null' })
export class EventSource {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  /** What it posts; one type per source. */
  @Column('text')
  eventType!: string;

  @Column('boolean')
  active!: boolean;

  /** Sealed: signatures are made with the secret itself, so a hash would not do. */
  @Column('text')
  sealedSecret!: string;

  /** The secret before the last rotation, which counts for a while longer. */
  @Column('text', { nullable: true })
  sealedPreviousSecret!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  previousSecretUntil!: Date | null;

  @Column('jsonb')
  createdBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastReceivedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;
}
