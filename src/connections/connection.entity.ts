import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import type { JsonObject } from '../kernel/json.js';

/** One tenant of a provider. */
@Entity()
export class Connection {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  providerId!: string;

  /** Readable through the API: never a secret. */
  @Column('jsonb')
  settings!: JsonObject;

  @Column('int')
  revision!: number;

  @Column('jsonb')
  createdBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** When an administrator last accepted by our link; what was truly granted, only a check tells. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  consentAcceptedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  consentConfirmedBy!: ActorReference | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  consentConfirmedAt!: Date | null;

  /** Kept, because runs refer to it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;
}
