import { Field, ID, InputType } from 'type-graphql';
import { DurationScalar } from '../graphql/scalars.js';

@InputType({ description: 'A system that may post events.' })
export class CreateEventSourceInput {
  @Field({ description: 'Its name, the end of its address /hooks/<name>: kebab-case, at most 64 characters.' })
  name!: string;

  @Field(() => ID, { description: 'The one event type that it posts.' })
  eventType!: string;
}

@InputType({ description: 'A change of an event source.' })
export class UpdateEventSourceInput {
  @Field(() => ID, { description: 'The source.' })
  id!: string;

  @Field({ description: 'Whether its events are accepted.' })
  active!: boolean;
}

@InputType({ description: 'A source whose secret is to be changed.' })
export class RotateEventSourceSecretInput {
  @Field(() => ID, { description: 'The source.' })
  id!: string;

  @Field(() => DurationScalar, { nullable: true, description: 'How long the secret before counts, too: at most P30D, P1D by default. PT0S ends it at once.' })
  overlap?: number | null;
}

@InputType({ description: 'An event source to delete.' })
export class DeleteEventSourceInput {
  @Field(() => ID, { description: 'The source.' })
  id!: string;
}
