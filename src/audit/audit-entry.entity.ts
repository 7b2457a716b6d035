import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { ContactReference, StarterReference } from '../auth/actor.js';
import type { JsonObject } from '../kernel/json.js';

/** One line of the audit log. Rows are added by the trigger audit_append alone, at the commit, and never changed. */
@Entity()
@Unique(['id'])
@Index('audit_entry_subject', ['subject', 'sequence'], { where: 'subject IS NOT NULL' })
export class AuditEntry {
  /** 1, 2, 3 … in the order of the commits. */
  @PrimaryColumn('int')
  sequence!: number;

  @Column('text')
  id!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  @Column('jsonb', { nullable: true })
  actor!: StarterReference | ContactReference | null;

  /** A name of AUDIT_ACTIONS; an older version's names stay as they are. */
  @Column('text')
  action!: string;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('jsonb')
  details!: JsonObject;

  @Column('text')
  previousHash!: string;

  @Column('text')
  hash!: string;
}
