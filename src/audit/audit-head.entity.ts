import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the chain of audit entries ends: one row. */
@Entity()
@Check('audit_head_is_one', 'id = 1')
export class AuditHead {
  @PrimaryColumn('int')
  id!: number;

  @Column('int')
  sequence!: number;

  @Column('text')
  hash!: string;
}
