import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Notice } from '@countermeasure/sdk';
import { Approval } from './approval.entity.js';

export type DeliveryStatus = 'PENDING' | 'SENT' | 'FAILED';

/** One notice to one contact: written in the transaction of what it tells, sent afterwards, again and again until it is out. */
@Entity()
export class ApprovalNotification {
  @PrimaryColumn('text')
  approvalId!: string;

  @ManyToOne(() => Approval)
  @JoinColumn({ name: 'approval_id' })
  approval?: Relation<Approval>;

  /** Which contact of the policy. */
  @PrimaryColumn('int')
  contactIndex!: number;

  @PrimaryColumn('text')
  kind!: Notice['kind'];

  @Column('text')
  status!: DeliveryStatus;

  @Column('int')
  attempts!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  sentAt!: Date | null;

  /** Why the last try failed. */
  @Column('text', { nullable: true })
  error!: string | null;
}
