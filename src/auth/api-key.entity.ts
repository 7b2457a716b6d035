import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from './permissions.js';

/** A key for programs. Only a hash of its secret is kept: the key itself is shown once. */
@Entity()
@Unique(['prefix'])
export class ApiKey {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  /** The part of the key that may be shown, to recognise it by. */
  @Column('text')
  prefix!: string;

  @Column('bytea')
  secretHash!: Buffer;

  @Column('text', { array: true })
  roles!: Role[];

  /** The mail address of the person who holds it, in lower case: for approvals they are the same person as the contact of that address. */
  @Column('text', { nullable: true })
  email!: string | null;

  /** The playbooks that it is limited to; null: all. Ids of what was deleted stay and mean nothing. */
  @Column('text', { array: true, nullable: true })
  playbookIds!: string[] | null;

  /** The connections that it is limited to; null: all. */
  @Column('text', { array: true, nullable: true })
  connectionIds!: string[] | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;
}
