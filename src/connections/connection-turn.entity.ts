import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Connection } from './connection.entity.js';

/** One of the turns of a connection: who works on its tenant holds one, so there are never more calls at once than turns. */
@Entity()
export class ConnectionTurn {
  @PrimaryColumn('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @PrimaryColumn('int')
  number!: number;

  /** The step that holds it; null: nobody does. */
  @Column('text', { nullable: true })
  runStepId!: string | null;

  /** A holder that has gone away holds it no longer than this. */
  @Column({ type: 'timestamptz', precision: 3 })
  leasedUntil!: Date;

  /** Each start costs this turn its share of time; how far that reaches ahead is the burst that was used. */
  @Column({ type: 'timestamptz', precision: 3 })
  paidUntil!: Date;
}
