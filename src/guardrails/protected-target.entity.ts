import type { TargetKind } from '@countermeasure/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';

/** A target that no action ever changes: an account for emergencies. */
@Entity()
export class ProtectedTarget {
  @PrimaryColumn('text')
  kind!: TargetKind;

  /** The provider's object id, or the name that it signs in with, in lower case. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  reason!: string;

  @Column('jsonb')
  protectedBy!: ActorReference;

  @Column({ type: 'timestamptz', precision: 3 })
  protectedAt!: Date;
}
