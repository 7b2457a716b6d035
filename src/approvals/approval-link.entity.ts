import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Approval } from './approval.entity.js';

/** A link by which one contact may decide, as its hash. A notice that is sent again has a new one; they are all spent by the first decision. */
@Entity()
@Index('approval_link_approval', ['approvalId'])
export class ApprovalLink {
  @PrimaryColumn('bytea')
  tokenHash!: Buffer;

  @Column('text')
  approvalId!: string;

  @ManyToOne(() => Approval)
  @JoinColumn({ name: 'approval_id' })
  approval?: Relation<Approval>;

  @Column('int')
  contactIndex!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  usedAt!: Date | null;
}
