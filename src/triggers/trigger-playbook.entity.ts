import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import { Playbook } from '../playbooks/playbook.entity.js';
import { Trigger } from './trigger.entity.js';

/** A trigger starts a playbook. */
@Entity()
@Index('trigger_playbook_reverse', ['playbookId'])
export class TriggerPlaybook {
  @PrimaryColumn('text')
  triggerId!: string;

  @ManyToOne(() => Trigger)
  @JoinColumn({ name: 'trigger_id' })
  trigger?: Relation<Trigger>;

  @PrimaryColumn('text')
  playbookId!: string;

  @ManyToOne(() => Playbook)
  @JoinColumn({ name: 'playbook_id' })
  playbook?: Relation<Playbook>;

  @Column('jsonb')
  linkedBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  linkedAt!: Date;
}
