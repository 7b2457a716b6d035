import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { RunStep } from './run-step.entity.js';
import { Run } from './run.entity.js';
import type { RunEventType, RunStatus } from './run.types.js';

/** One numbered line of a run's history; what followers see. */
@Entity()
export class RunEvent {
  @PrimaryColumn('text')
  runId!: string;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'run_id' })
  run?: Relation<Run>;

  /** 1, 2, 3 … per run, without gap, in the order of the commits. */
  @PrimaryColumn('int')
  sequence!: number;

  @Column('text')
  type!: RunEventType;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  @Column('text')
  message!: string;

  /** The run's status as of this event. */
  @Column('text')
  runStatus!: RunStatus;

  @Column('text', { nullable: true })
  runStepId!: string | null;

  @ManyToOne(() => RunStep)
  @JoinColumn({ name: 'run_step_id' })
  runStep?: Relation<RunStep>;
}
