import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ResolvedTarget } from '@countermeasure/sdk';
import { Connection } from '../connections/connection.entity.js';
import { Run } from './run.entity.js';

/** The identity that a run acts on, pinned once per connection: a user principal name can pass to somebody else while a run waits. */
@Entity()
export class RunTarget {
  @PrimaryColumn('text')
  runId!: string;

  @ManyToOne(() => Run)
  @JoinColumn({ name: 'run_id' })
  run?: Relation<Run>;

  @PrimaryColumn('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column('jsonb')
  target!: ResolvedTarget;
}
