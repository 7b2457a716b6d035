import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import { Playbook } from '../playbooks/playbook.entity.js';

/** Runs of one playbook revision against many targets, started together. What has become of it is told by its runs. */
@Entity()
export class RunBatch {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  playbookId!: string;

  @ManyToOne(() => Playbook)
  @JoinColumn({ name: 'playbook_id' })
  playbook?: Relation<Playbook>;

  @Column('int')
  playbookRevision!: number;

  @Column('boolean')
  dryRun!: boolean;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb')
  startedBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
