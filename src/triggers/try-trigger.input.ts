import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar, DurationScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import { ConditionInput } from './trigger.input.js';

@InputType({ description: 'An event to try: a stored one by its id, or one that is made up.' })
export class TestEventInput {
  @Field(() => ID, { nullable: true, description: 'An event that was received.' })
  eventId?: string;

  @Field(() => ID, { nullable: true, description: 'The event type of one that is made up.' })
  type?: string;

  @Field(() => JSONObjectScalar, { nullable: true, description: 'Its payload; the sample of its type by default.' })
  payload?: JsonObject;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it happened; what the payload says by default, else now.' })
  occurredAt?: Date;

  @Field(() => String, { nullable: true, description: 'By which way it came, for expressions that look at source; "test" by default.' })
  source?: string;
}

@InputType()
abstract class TriggerToTryInput {
  @Field(() => ID, { nullable: true, description: 'A saved trigger.' })
  triggerId?: string;

  @Field(() => ID, { nullable: true, description: 'The event type of one that is not saved.' })
  eventType?: string;

  @Field(() => [ConditionInput], { nullable: true, description: 'All must hold.' })
  conditions?: ConditionInput[];

  @Field(() => String, { nullable: true, description: 'A CEL expression that must hold, too.' })
  expression?: string | null;

  @Field(() => String, { nullable: true, description: 'The time zone of hours that name none.' })
  timeZone?: string | null;

  @Field(() => String, { nullable: true, description: 'A CEL expression that gives the target.' })
  target?: string | null;
}

@InputType({ description: 'A trigger to hold against one event: a saved one, or one that nobody has saved yet. What is given beside triggerId takes the place of what was saved.' })
export class TestTriggerInput extends TriggerToTryInput {
  @Field(() => TestEventInput, { nullable: true, description: 'The event; the sample of the trigger\'s event type by default. Its type is that of the trigger.' })
  event?: TestEventInput;
}

@InputType({ description: 'A trigger to hold against the events of the past: a saved one, or one that nobody has saved yet. What is given beside triggerId takes the place of what was saved.' })
export class BacktestTriggerInput extends TriggerToTryInput {
  @Field(() => DurationScalar, { nullable: true, description: 'The same target does not fire it again within this time.' })
  cooldown?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Events received from then on; thirty days before `to` by default, at most 366.' })
  from?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Events received before; now by default.' })
  to?: Date;
}
