import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { RunStep } from './run-step.entity.js';
import type { StepError } from './run.types.js';

/** One try of one run step. */
@Entity()
export class Attempt {
  @PrimaryColumn('text')
  runStepId!: string;

  @ManyToOne(() => RunStep)
  @JoinColumn({ name: 'run_step_id' })
  runStep?: Relation<RunStep>;

  @PrimaryColumn('int')
  number!: number;

  @Column('text')
  workerId!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  startedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  finishedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  error!: StepError | null;

  @Column('text', { nullable: true })
  providerRequestId!: string | null;
}
