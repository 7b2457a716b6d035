import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import type { ResolvedTarget } from '@countermeasure/sdk';
import type { ApprovalPolicy } from '../playbooks/approval-policy.js';
import { RunStep } from '../runs/run-step.entity.js';
import { Run } from '../runs/run.entity.js';

/** What the step acts on, as it stood when people were asked. */
export interface ApprovalTarget extends ResolvedTarget {
  /** The tenant that it belongs to. */
  readonly connectionName: string;
}

export type ApprovalStatus = 'PENDING' | 'APPROVED' | 'DENIED' | 'EXPIRED' | 'CANCELED';

/** A run step's wait for people to decide. Its policy is the one that the run began with. */
@Entity()
@Unique(['runStepId'])
@Index('approval_run', ['runId'])
@Index('approval_pending', ['expiresAt'], { where: `status = 'PENDING'` })
export class Approval {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  runId!: string;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'run_id' })
  run?: Relation<Run>;

  @Column('text')
  runStepId!: string;

  @ManyToOne(() => RunStep)
  @JoinColumn({ name: 'run_step_id' })
  step?: Relation<RunStep>;

  @Column('text')
  status!: ApprovalStatus;

  @Column('jsonb')
  policy!: ApprovalPolicy;

  /** What people were asked about: what would be changed, as it stood then. */
  @Column('text', { array: true })
  plan!: string[];

  /** null: the action has none, or it was asked for before this was kept. */
  @Column('jsonb', { nullable: true })
  target!: ApprovalTarget | null;

  @Column({ type: 'timestamptz', precision: 3 })
  requestedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt!: Date;

  /** When it was approved, denied, expired or canceled. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  decidedAt!: Date | null;
}
