import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Connection } from './connection.entity.js';

/** Why a connection cannot be used, as its provider's plugin says. Shown to people: no secret in it. */
export interface ConnectionProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  /** It may pass by itself: an unreachable provider, throttling. */
  readonly isPassing: boolean;
}

/** What the last look at a connection's provider found. */
@Entity()
@Index('connection_check_due', ['checkedAt'])
export class ConnectionCheck {
  @PrimaryColumn('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column({ type: 'timestamptz', precision: 3 })
  checkedAt!: Date;

  @Column('int')
  latencyMs!: number;

  @Column('jsonb', { nullable: true })
  problem!: ConnectionProblem | null;

  /** What was held when it was last read; null: never read, or the provider has no way to tell. */
  @Column('text', { array: true, nullable: true })
  granted!: string[] | null;

  /** Granted by an administrator, and not yet at work. */
  @Column('text', { array: true })
  arriving!: string[];

  /** Whether anything was ever granted: what is missing now was taken away. */
  @Column('boolean')
  wasGranted!: boolean;

  /** The provider's own id of the tenant, as it was proved. */
  @Column('text', { nullable: true })
  tenantId!: string | null;

  @Column('boolean', { nullable: true })
  privilegedRoleHeld!: boolean | null;

  /** Why it could not be read. */
  @Column('text', { nullable: true })
  privilegedRoleReason!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  privilegedRoleCheckedAt!: Date | null;

  @Column('text', { array: true })
  warnings!: string[];
}
