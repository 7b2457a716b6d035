import { Field, Int, ObjectType } from 'type-graphql';
import { ConnectionView } from '../connections/connection.view.js';
import type { Connection } from '../connections/connection.entity.js';
import { NodeView } from '../graphql/node.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { EventFeed, FeedProblem } from './event-feed.entity.js';

@ObjectType('EventFeedProblem', { description: 'Why the last look at a feed failed.' })
export class EventFeedProblemView implements FeedProblem {
  @Field({ description: 'A word that stays the same, for programs.' })
  code!: string;

  @Field({ description: 'What happened, for people.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What a person can do about it; null: nothing has to be done.' })
  remedy!: string | null;
}

@ObjectType('EventFeed', { implements: NodeView, description: 'A connection brings events of a type by itself: it is asked again and again, or it sends them.' })
export class EventFeedView extends NodeView implements Pick<EventFeed, 'active' | 'readUntil' | 'lastLookAt' | 'nextLookAt' | 'failures' | 'subscriptionExpiresAt'> {
  @Field({ description: 'Whether it is switched on.' })
  active!: boolean;

  @Field(() => DateTimeScalar, { description: 'Everything before this moment was read, where the provider is asked.' })
  readUntil!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the provider was asked last, or the subscription looked after; null: not yet.' })
  lastLookAt!: Date | null;

  @Field(() => DateTimeScalar, { description: 'When that happens next, while it is switched on.' })
  nextLookAt!: Date;

  @Field(() => EventFeedProblemView, { nullable: true, description: 'Why the last look failed; null: it did not.' })
  problem!: FeedProblem | null;

  @Field(() => Int, { description: 'How many looks have failed since the last one that did not.' })
  failures!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when the provider sends events, where it does; it is renewed in time.' })
  subscriptionExpiresAt!: Date | null;
}

@ObjectType({ description: 'What switchEventFeed answers.' })
export class SwitchEventFeedPayload {
  @Field(() => EventFeedView, { description: 'The feed as it is now.' })
  feed!: EventFeed;

  @Field(() => ConnectionView, { description: 'The connection; its consent tells what the feed needs, with the link that mends what is missing.' })
  connection!: Connection;
}
