import type { TargetKind } from '@countermeasure/sdk';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Connection } from '../connections/connection.entity.js';

/** When a target was last changed, under the object id that its name was resolved to. Written only while there is a limit to hold. */
@Entity()
@Index('changed_target_at', ['changedAt'])
export class ChangedTarget {
  @PrimaryColumn('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @PrimaryColumn('text')
  kind!: TargetKind;

  /** In lower case. */
  @PrimaryColumn('text')
  targetId!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  changedAt!: Date;
}
