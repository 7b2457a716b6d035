import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import type { Condition } from './conditions.js';

/** What becomes of a time of a schedule that passed while nobody was there: it is skipped, or the latest one is made up for. */
export type MissedSchedule = 'SKIP' | 'MAKE_UP';

/** An event type limited by conditions, linked to any number of playbooks. */
@Entity()
@Index('trigger_of_type', ['eventType'], { where: 'active and deleted_at is null' })
@Index('trigger_due', ['nextDueAt'], { where: 'next_due_at is not null' })
export class Trigger {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('boolean')
  active!: boolean;

  @Column('text')
  eventType!: string;

  @Column('jsonb')
  conditions!: Condition[];

  @Column('text', { nullable: true })
  expression!: string | null;

  @Column('text', { nullable: true })
  schedule!: string | null;

  @Column('text', { nullable: true })
  timeZone!: string | null;

  @Column('text')
  missedSchedule!: MissedSchedule;

  @Column('text', { nullable: true })
  target!: string | null;

  @Column('int', { nullable: true })
  cooldownMs!: number | null;

  @Column('int')
  revision!: number;

  @Column('jsonb')
  createdBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /** Its firings and runs stay readable. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;

  /** When its schedule is due next; null: it has none, or is not active. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextDueAt!: Date | null;
}
