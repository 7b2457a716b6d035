import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';

/** Named steps that serve one goal, as they stand now. */
@Entity()
export class Playbook {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  description!: string;

  @Column('boolean')
  active!: boolean;

  /** Whoever runs it has to say why. */
  @Column('boolean', { default: false })
  requiresReason!: boolean;

  /** Every save makes the next one. */
  @Column('int')
  revision!: number;

  @Column('jsonb')
  createdBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /** A deleted playbook stays for the runs that were started from it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;
}
