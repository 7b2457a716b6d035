import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Connection } from './connection.entity.js';

/** What was last in the way of calls, as its provider's plugin said it. Shown to people. */
export interface PaceProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
}

/** What all workers know of a connection's tenant: until when it asked for quiet, and whether its circuit is open. */
@Entity()
export class ConnectionPace {
  @PrimaryColumn('text')
  connectionId!: string;

  @OneToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  throttledUntil!: Date | null;

  /** How many calls in a row met a provider in trouble. */
  @Column('int')
  failures!: number;

  /** When the first of them did. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  failingSince!: Date | null;

  /** Since when the circuit is open; null: it is closed. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  openedAt!: Date | null;

  /** When the tenant is looked at again; only a look that finds it answering closes the circuit. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  openUntil!: Date | null;

  @Column('jsonb', { nullable: true })
  problem!: PaceProblem | null;
}
