import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often requests to /hooks were refused, by source and code. Nothing else of them is kept. */
@Entity()
export class HookRefusal {
  /** The source's name; empty: the path named no source that there is, or the request was refused before that was looked at. */
  @PrimaryColumn('text')
  source!: string;

  @PrimaryColumn('text')
  code!: string;

  @Column('int')
  count!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  lastAt!: Date;
}
