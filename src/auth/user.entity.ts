import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A person, or a program, that signed in with a token of the identity provider. The table is not called user: in PostgreSQL that is a word of its own. */
@Entity('app_user')
@Unique(['issuer', 'subject'])
export class User {
  @PrimaryColumn('text')
  id!: string;

  /** The identity provider that knows them. */
  @Column('text')
  issuer!: string;

  /** Who they are to it; it never gives this to anybody else. */
  @Column('text')
  subject!: string;

  @Column('text')
  name!: string;

  /** In lower case: for approvals they are the same person as the contact of that address. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** To the minute. */
  @Column({ type: 'timestamptz', precision: 3 })
  lastSeenAt!: Date;
}
