import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { JsonObject } from '../kernel/json.js';

/** Something that happened outside and was received. Not named Event alone: decorators would take that for the class of the same name that Node has. */
@Entity('event')
@Unique('event_once', ['eventType', 'dedupeKey'])
@Index('event_of_type', ['eventType', 'id'])
@Index('event_received', ['receivedAt'])
export class ReceivedEvent {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  eventType!: string;

  /** By which way it came: an API key, an event source, a connection's feed, a schedule. */
  @Column('text')
  source!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  occurredAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  receivedAt!: Date;

  @Column('jsonb')
  payload!: JsonObject;

  /** Where the trace of what brought it goes on, as W3C has it; null: nothing was traced. */
  @Column('text', { nullable: true })
  traceParent!: string | null;

  /** The same event is kept once per type; null: it has no identity. */
  @Column('text', { nullable: true })
  dedupeKey!: string | null;
}
