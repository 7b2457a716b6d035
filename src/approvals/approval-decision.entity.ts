import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorReference, ContactReference } from '../auth/actor.js';
import { Approval } from './approval.entity.js';

export type Decision = 'APPROVE' | 'DENY';

/** What one person decided. */
@Entity()
export class ApprovalDecision {
  @PrimaryColumn('text')
  approvalId!: string;

  @ManyToOne(() => Approval)
  @JoinColumn({ name: 'approval_id' })
  approval?: Relation<Approval>;

  /** Who somebody is, by whatever way they came: nobody counts twice. */
  @PrimaryColumn('text')
  person!: string;

  @Column('text')
  decision!: Decision;

  @Column('jsonb')
  decidedBy!: ActorReference | ContactReference;

  @Column('text', { nullable: true })
  comment!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;
}
