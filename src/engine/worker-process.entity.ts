import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A living worker process. Its session holds an advisory lock for as long as it lives. */
@Entity()
export class WorkerProcess {
  @PrimaryColumn('text')
  workerId!: string;

  @Column('int')
  backendPid!: number;

  @Column('text')
  host!: string;

  @Column('int')
  osPid!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  heartbeatAt!: Date;
}
