import { Field, ObjectType } from 'type-graphql';
import type { ReceivedEvent } from './event.entity.js';
import { EventView } from './event.view.js';
import type { Trigger } from './trigger.entity.js';
import { TriggerView } from './trigger.view.js';

@ObjectType('TriggerActor', { description: 'A trigger that an event fired.' })
export class TriggerActorView {
  @Field(() => TriggerView, { description: 'The trigger.' })
  trigger!: Trigger;

  @Field(() => EventView, { description: 'The event.' })
  event!: ReceivedEvent;
}
