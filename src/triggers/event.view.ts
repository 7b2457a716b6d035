import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { ReceivedEvent } from './event.entity.js';

@ObjectType('Event', { implements: NodeView, description: 'Something that happened outside and was received.' })
export class EventView extends NodeView implements Pick<ReceivedEvent, 'source' | 'occurredAt' | 'receivedAt' | 'payload' | 'dedupeKey'> {
  @Field({ description: 'By which way it came: api:<API key>, hook:<event source>, feed:<connection>, schedule:<trigger>.' })
  source!: string;

  @Field(() => DateTimeScalar, { description: 'When it happened, as its sender said; else when it was received.' })
  occurredAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was received.' })
  receivedAt!: Date;

  @Field(() => JSONObjectScalar, { description: 'What it tells, as its sender worded it.' })
  payload!: JsonObject;

  @Field(() => String, { nullable: true, description: 'What makes it the same event however often it comes, within its type; null: it has no identity.' })
  dedupeKey!: string | null;
}

@ObjectType('EventEdge', { description: 'An event in a list.' })
export class EventEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => EventView, { description: 'The event.' })
  node!: ReceivedEvent;
}

@ObjectType('EventConnection', { description: 'A page of a list of events, newest first.' })
export class EventListView implements ListView<ReceivedEvent> {
  @Field(() => [EventEdgeView], { description: 'The entries with their cursors.' })
  edges!: EventEdgeView[];

  @Field(() => [EventView], { description: 'The entries alone.' })
  nodes!: ReceivedEvent[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}

@ObjectType({ description: 'What ingestEvents answers.' })
export class IngestEventsPayload {
  @Field(() => [EventView], { description: 'The events in the order in which they were sent; for one that was received before, the first of them.' })
  events!: ReceivedEvent[];

  @Field(() => Int, { description: 'How many are new.' })
  accepted!: number;

  @Field(() => Int, { description: 'How many were received before and start nothing again.' })
  duplicates!: number;
}
