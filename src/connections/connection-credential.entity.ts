import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Connection } from './connection.entity.js';

/** A connection's own credential, encrypted. Nothing but the client of the connection ever reads it. */
@Entity()
export class ConnectionCredential {
  @PrimaryColumn('text')
  connectionId!: string;

  @ManyToOne(() => Connection)
  @JoinColumn({ name: 'connection_id' })
  connection?: Relation<Connection>;

  /** A JWE in its compact form. */
  @Column('text')
  sealed!: string;

  /** Which key of SECRETS_KEY it was sealed under. */
  @Column('text')
  keyId!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  savedAt!: Date;
}
