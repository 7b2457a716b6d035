import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { EventSource } from './event-source.entity.js';
import type { HookRefusal } from './hook-refusal.entity.js';

@ObjectType('EventSource', { implements: NodeView, description: 'A system that posts events to /hooks/<name>, each request signed as the Standard Webhooks specification says.' })
export class EventSourceView extends NodeView implements Pick<EventSource, 'name' | 'active' | 'previousSecretUntil' | 'createdAt' | 'lastReceivedAt'> {
  @Field({ description: 'Its name, the end of its address.' })
  name!: string;

  @Field({ description: 'Whether its events are accepted.' })
  active!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the secret before the last rotation counts, too; null: there was no rotation.' })
  previousSecretUntil!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was accepted something from last; null: never.' })
  lastReceivedAt!: Date | null;
}

@ObjectType('HookRefusal', { description: 'How often requests to /hooks were refused for one reason.' })
export class HookRefusalView implements HookRefusal {
  @Field({ description: 'The source\'s name, or the feed\'s id; empty: the address named none that there is, or the request was refused before that was looked at.' })
  source!: string;

  @Field({ description: 'Why, a word that stays the same: SIGNATURE_INVALID, REPLAYED …' })
  code!: string;

  @Field(() => Int, { description: 'How often.' })
  count!: number;

  @Field(() => DateTimeScalar, { description: 'When last, to the second.' })
  lastAt!: Date;
}

@ObjectType({ description: 'What createEventSource answers.' })
export class CreateEventSourcePayload {
  @Field(() => EventSourceView, { description: 'The source.' })
  source!: EventSource;

  @Field({ description: 'The secret with which its requests are signed, whsec_ and base64. It is shown this once.' })
  secret!: string;
}

@ObjectType({ description: 'What updateEventSource answers.' })
export class UpdateEventSourcePayload {
  @Field(() => EventSourceView, { description: 'The source as it is now.' })
  source!: EventSource;
}

@ObjectType({ description: 'What rotateEventSourceSecret answers.' })
export class RotateEventSourceSecretPayload {
  @Field(() => EventSourceView, { description: 'The source as it is now.' })
  source!: EventSource;

  @Field({ description: 'The new secret. It is shown this once.' })
  secret!: string;
}

@ObjectType({ description: 'What deleteEventSource answers.' })
export class DeleteEventSourcePayload {
  @Field(() => EventSourceView, { description: 'The source as it was.' })
  source!: EventSource;
}
