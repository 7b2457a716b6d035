import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import { Playbook } from './playbook.entity.js';
import type { PlaybookStep } from './playbook-step.entity.js';

/** What a save made of a playbook. */
export interface PlaybookContent {
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  readonly requiresReason: boolean;
  readonly steps: readonly PlaybookStep[];
}

/** A playbook as one save left it, and who saved it: its history. */
@Entity()
export class PlaybookRevision {
  @PrimaryColumn('text')
  playbookId!: string;

  @ManyToOne(() => Playbook, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'playbook_id' })
  playbook?: Relation<Playbook>;

  @PrimaryColumn('int')
  revision!: number;

  @Column('jsonb')
  content!: PlaybookContent;

  @Column('jsonb')
  savedBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  savedAt!: Date;
}
