import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import { Connection } from './connection.entity.js';

/** An admin-consent link that was handed out. Its state is known only to whoever holds the link. */
@Entity()
@Index('consent_request_connection', ['connectionId'])
@Index('consent_request_expiry', ['expiresAt'])
export class ConsentRequest {
  @PrimaryColumn('bytea')
  stateHash!: Buffer;

  @Column('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  @Column('jsonb')
  askedBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  askedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  usedAt!: Date | null;
}
