import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { Connection } from '../connections/connection.entity.js';
import type { JsonObject } from '../kernel/json.js';
import { Playbook } from './playbook.entity.js';
import type { ApprovalPolicy } from './approval-policy.js';
import type { OnFailure, RetryPolicy } from './step-policy.js';

/** One action in a playbook, with its settings. */
@Entity()
@Unique(['playbookId', 'key'])
@Index('playbook_step_connection', ['connectionId'])
export class PlaybookStep {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  playbookId!: string;

  @ManyToOne(() => Playbook, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'playbook_id' })
  playbook?: Relation<Playbook>;

  @Column('int')
  position!: number;

  /** Unique in its playbook, stable across revisions. */
  @Column('text')
  key!: string;

  @Column('text')
  actionId!: string;

  @Column('text', { nullable: true })
  connectionId!: string | null;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column('boolean')
  active!: boolean;

  @Column('jsonb')
  input!: JsonObject;

  /** null: after the step before it. */
  @Column('text', { array: true, nullable: true })
  after!: string[] | null;

  @Column('text', { nullable: true })
  runIf!: string | null;

  @Column('text')
  onFailure!: OnFailure;

  @Column('int')
  timeoutMs!: number;

  @Column('jsonb')
  retry!: RetryPolicy;

  /** null: nobody has to approve. */
  @Column('jsonb', { nullable: true })
  approval!: ApprovalPolicy | null;
}
