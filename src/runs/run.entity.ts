import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { TargetKind } from '@countermeasure/sdk';
import type { StarterReference } from '../auth/actor.js';
import { Playbook } from '../playbooks/playbook.entity.js';
import { RunBatch } from './run-batch.entity.js';
import type { RunStatus } from './run.machine.js';

/** One playbook revision carried out against one target. */
@Entity()
@Index('run_playbook', ['playbookId', 'id'])
@Index('run_target_given', ['targetId', 'id'])
@Index('run_event_given', ['eventId'], { where: 'event_id is not null' })
@Index('run_batch_given', ['batchId', 'id'], { where: 'batch_id is not null' })
@Index('run_retry', ['retryOfId'], { unique: true, where: 'retry_of_id is not null' })
@Index('run_undo', ['undoesId'], { where: 'undoes_id is not null' })
@Index('run_paused', ['id'], { where: 'paused' })
@Index('run_unfinished', ['id'], { where: 'finished_at is null' })
export class Run {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  playbookId!: string;

  @ManyToOne(() => Playbook)
  @JoinColumn({ name: 'playbook_id' })
  playbook?: Relation<Playbook>;

  @Column('int')
  playbookRevision!: number;

  @Column('text')
  status!: RunStatus;

  @Column('text')
  targetKind!: TargetKind;

  /** As whoever started the run named it; what the name was resolved to stands in run_target. */
  @Column('text')
  targetId!: string;

  @Column('text')
  targetDisplayName!: string;

  @Column('text', { nullable: true })
  targetUsername!: string | null;

  @Column('boolean', { nullable: true })
  targetPrivileged!: boolean | null;

  @Column('boolean')
  dryRun!: boolean;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb')
  startedBy!: StarterReference;

  /** The event that started it by a trigger; null: somebody started it. */
  @Column('text', { nullable: true })
  eventId!: string | null;

  /** By its name: events belong to a later room. */
  @ManyToOne('ReceivedEvent')
  @JoinColumn({ name: 'event_id' })
  event?: object;

  /** null: it was started by itself. */
  @Column('text', { nullable: true })
  batchId!: string | null;

  @ManyToOne(() => RunBatch)
  @JoinColumn({ name: 'batch_id' })
  batch?: Relation<RunBatch>;

  /** The run that ended without success, and that this one goes on with. */
  @Column('text', { nullable: true })
  retryOfId!: string | null;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'retry_of_id' })
  retryOf?: Relation<Run>;

  /** The run whose changes this one takes back; a retry of an undo has it, too. */
  @Column('text', { nullable: true })
  undoesId!: string | null;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'undoes_id' })
  undoes?: Relation<Run>;

  /** Something of it could go on and is held by the pause switch; its followers were told. */
  @Column('boolean', { default: false })
  paused!: boolean;

  /** Where the trace of what started it goes on, as W3C has it; null: nothing was traced. */
  @Column('text', { nullable: true })
  traceParent!: string | null;

  /** The number of the newest run event. It is raised under this row's lock, so events are numbered in commit order without a gap. */
  @Column('int')
  lastSequence!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  finishedAt!: Date | null;
}
