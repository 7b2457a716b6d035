import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Connection } from '../connections/connection.entity.js';
import { ConnectionView } from '../connections/connection.view.js';
import type { Context } from '../graphql/context.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RegisteredEventType } from '../registry/registry.js';
import type { EventFeed } from './event-feed.entity.js';
import { SwitchEventFeedInput } from './event-feed.input.js';
import type { EventFeedService } from './event-feed.service.js';
import { EventFeedView, SwitchEventFeedPayload } from './event-feed.view.js';
import { EventTypeView } from './event-type.view.js';

@Resolver(() => EventFeedView)
export class EventFeedResolver {
  constructor(
    private readonly feeds: EventFeedService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Mutation(() => SwitchEventFeedPayload, { description: 'Has a connection bring events of a type by itself from now on, or no longer. What happened before it was switched on fires nothing.' })
  switchEventFeed(@Arg('input', () => SwitchEventFeedInput, { description: 'Which one.' }) input: SwitchEventFeedInput, @Ctx() { session }: Context): Promise<SwitchEventFeedPayload> {
    return this.feeds.switch(session, input);
  }

  @FieldResolver(() => EventTypeView, { description: 'What it brings.' })
  eventType(@Root() { eventType }: EventFeed, @Ctx() { session }: Context): RegisteredEventType {
    return this.catalogue.requireEventType(session, eventType);
  }

  @FieldResolver(() => ConnectionView, { description: 'The connection.' })
  async connection(@Root() { connectionId }: EventFeed, @Ctx() { loaders }: Context): Promise<Connection> {
    const connection = await loaders.connection.load(connectionId);
    if (!connection) throw new Error(`The connection ${connectionId} of a feed is gone.`);
    return connection;
  }
}

@Resolver(() => ConnectionView)
export class ConnectionFeedsResolver {
  constructor(private readonly feeds: EventFeedService) {}

  @FieldResolver(() => [EventFeedView], { name: 'feeds', description: 'The feeds that were ever switched on.' })
  feedsOf(@Root() { id }: Connection, @Ctx() { loaders }: Context): Promise<EventFeed[]> {
    return loaders.feedsOfConnection.load(id);
  }

  @FieldResolver(() => [EventTypeView], { description: 'The event types that it can bring by itself.' })
  feedTypes(@Root() { providerId }: Connection, @Ctx() { session }: Context): RegisteredEventType[] {
    return this.feeds.typesOf(session, providerId);
  }
}
