import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import type { Replay } from '@countermeasure/sdk';
import { Connection } from '../connections/connection.entity.js';
import type { JsonObject } from '../kernel/json.js';
import type { ApprovalPolicy } from '../playbooks/approval-policy.js';
import type { OnFailure, RetryPolicy } from '../playbooks/step-policy.js';
import type { StepStatus } from './run.machine.js';
import { Run } from './run.entity.js';
import type { StepError, Verification } from './run.types.js';

/** A step of a run: a copy of the playbook's step as it stood when the run was started, and what became of it. */
@Entity()
@Unique(['runId', 'position'])
@Unique(['runId', 'key'])
@Index('run_step_waiting', ['connectionId', 'queuePriority', 'nextAttemptAt'], { where: 'queue_priority is not null' })
@Index('run_step_claimed', ['workerId'], { where: `status in ('RUNNING', 'VERIFYING')` })
export class RunStep {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  runId!: string;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'run_id' })
  run?: Relation<Run>;

  @Column('int')
  position!: number;

  @Column('text')
  key!: string;

  @Column('text')
  actionId!: string;

  @Column('text', { nullable: true })
  connectionId!: string | null;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column('text')
  status!: StepStatus;

  @Column('jsonb')
  input!: JsonObject;

  @Column('jsonb', { nullable: true })
  output!: JsonObject | null;

  @Column('text', { array: true })
  plan!: string[];

  @Column('text', { array: true })
  after!: string[];

  @Column('text', { nullable: true })
  runIf!: string | null;

  @Column('text')
  onFailure!: OnFailure;

  @Column('int')
  timeoutMs!: number;

  @Column('jsonb')
  retry!: RetryPolicy;

  @Column('text')
  replay!: Replay;

  @Column('text', { nullable: true })
  verification!: Verification | null;

  /** The policy of the playbook's step as it stood; null: nobody has to approve. */
  @Column('jsonb', { nullable: true })
  approval!: ApprovalPolicy | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  approvedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  error!: StepError | null;

  /** How many tries there were. */
  @Column('int')
  attemptNumber!: number;

  /** How many of them ended with their worker. */
  @Column('int')
  interruptionCount!: number;

  /** The next try looks first whether an earlier call took effect. */
  @Column('boolean')
  readBack!: boolean;

  /** The fence: raised by every claim, so that whoever holds an older claim can no longer say what became of the step. */
  @Column('int')
  claimNumber!: number;

  @Column('text', { nullable: true })
  workerId!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  claimedAt!: Date | null;

  /** When a retry is due, or a turn at the tenant may come; null: it waits for neither. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  nextAttemptAt!: Date | null;

  /** Among those who wait for a turn at the tenant, who has less comes first; null: it waits for none. */
  @Column('int', { nullable: true })
  queuePriority!: number | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  finishedAt!: Date | null;
}
