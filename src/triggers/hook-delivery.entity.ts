import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { EventSource } from './event-source.entity.js';

/** A signed request that was accepted: the very same one is not accepted again while its timestamp is good. */
@Entity()
@Index('hook_delivery_received', ['receivedAt'])
export class HookDelivery {
  @PrimaryColumn('text')
  sourceId!: string;

  @ManyToOne(() => EventSource)
  @JoinColumn({ name: 'source_id' })
  source?: Relation<EventSource>;

  @PrimaryColumn('bytea')
  signatureHash!: Buffer;

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt!: Date;
}
