import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a mutation once answered to a key, so that the same request sent twice acts once. */
@Entity()
export class IdempotencyKey {
  @PrimaryColumn('text')
  actorId!: string;

  @PrimaryColumn('text')
  mutation!: string;

  @PrimaryColumn('text')
  key!: string;

  @Column('text')
  inputHash!: string;

  @Column('text')
  resultId!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
