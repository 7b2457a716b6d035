import type { TargetKind } from '@countermeasure/sdk';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Playbook } from '../playbooks/playbook.entity.js';
import { Run } from '../runs/run.entity.js';
import { ReceivedEvent } from './event.entity.js';
import { Trigger } from './trigger.entity.js';

export const FIRING_OUTCOMES = ['STARTED', 'COOLDOWN', 'NO_TARGET', 'PLAYBOOK_INACTIVE', 'NOT_READY', 'BLOCKED'] as const;
export type FiringOutcome = (typeof FIRING_OUTCOMES)[number];

/**
 * What came of an event that a trigger matched, per target and playbook. That there is at most one is a constraint of the
 * table (trigger_firing_once, in the migration), so an event that is delivered or matched again starts nothing anew.
 */
@Entity()
@Index('trigger_firing_of_trigger', ['triggerId', 'id'])
@Index('trigger_firing_once', { synchronize: false })
@Index('trigger_firing_of_target', ['triggerId', 'targetId', 'at'], { where: `outcome = 'STARTED'` })
export class TriggerFiring {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  triggerId!: string;

  @ManyToOne(() => Trigger)
  @JoinColumn({ name: 'trigger_id' })
  trigger?: Relation<Trigger>;

  @Column('text')
  eventId!: string;

  @ManyToOne(() => ReceivedEvent, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'event_id' })
  event?: Relation<ReceivedEvent>;

  @Column('text', { nullable: true })
  targetKind!: TargetKind | null;

  /** In lower case: one target, however it is written. */
  @Column('text', { nullable: true })
  targetId!: string | null;

  /** null: it came to nothing before playbooks were looked at. */
  @Column('text', { nullable: true })
  playbookId!: string | null;

  @ManyToOne(() => Playbook)
  @JoinColumn({ name: 'playbook_id' })
  playbook?: Relation<Playbook>;

  @Column('text')
  outcome!: FiringOutcome;

  @Column('text', { nullable: true })
  runId!: string | null;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'run_id' })
  run?: Relation<Run>;

  /** Why nothing was started. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;
}
