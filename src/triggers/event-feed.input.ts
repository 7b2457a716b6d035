import { Field, ID, InputType } from 'type-graphql';
import type { SwitchFeed } from './event-feed.service.js';

@InputType({ description: 'A feed to switch on or off.' })
export class SwitchEventFeedInput implements SwitchFeed {
  @Field(() => ID, { description: 'The connection.' })
  connectionId!: string;

  @Field(() => ID, { description: 'One of its feedTypes.' })
  eventType!: string;

  @Field({ description: 'true: it brings these events from now on; false: it no longer does.' })
  active!: boolean;
}
