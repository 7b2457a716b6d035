import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { PageArgs } from '../graphql/page.view.js';
import { DateTimeScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';

@InputType({ description: 'An event to send.' })
export class IngestEventInput {
  @Field(() => ID, { description: 'Its type, for example entra-id:risk-detection or identity:alert.' })
  type!: string;

  @Field(() => JSONObjectScalar, { description: 'What it tells, in the words of the event type: at most 1,000,000 bytes as JSON, 32 levels deep.' })
  payload!: JsonObject;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it happened. What the payload says by default, else now.' })
  occurredAt?: Date;

  @Field(() => String, { nullable: true, description: 'The same for the same event, at most 500 characters: it then counts once however often it is sent; with another payload it is refused with IDEMPOTENCY_CONFLICT. By default what its type takes for the identity of such an event.' })
  dedupeKey?: string;
}

@InputType({ description: 'Events to send.' })
export class IngestEventsInput {
  @Field(() => [IngestEventInput], { description: '1 to 500 events. All of them are stored, or none.' })
  events!: IngestEventInput[];
}

@ArgsType()
export class EventsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this event type.' })
  type?: string | null;
}
