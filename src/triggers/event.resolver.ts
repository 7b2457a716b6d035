import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { toListView } from '../graphql/page.view.js';
import { givenOf } from '../kernel/json.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RegisteredEventType } from '../registry/registry.js';
import { EventTypeView } from './event-type.view.js';
import type { ReceivedEvent } from './event.entity.js';
import { EventsArgs, IngestEventsInput } from './event.input.js';
import type { EventService } from './event.service.js';
import { EventListView, EventView, IngestEventsPayload } from './event.view.js';
import type { TriggerFiring } from './trigger-firing.entity.js';
import { TriggerFiringView } from './trigger-firing.view.js';

@Resolver(() => EventView)
export class EventResolver {
  constructor(
    private readonly events: EventService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Query(() => EventListView, { name: 'events', description: 'The events that were received, newest first.' })
  async all(@Args(() => EventsArgs) { type, ...page }: EventsArgs, @Ctx() { session }: Context) {
    return toListView(await this.events.page(session, { eventType: type ?? undefined }, page));
  }

  @Mutation(() => IngestEventsPayload, { description: 'Sends events and answers as soon as they are safely stored; what they fire follows at once, and is told by their firings.' })
  async ingestEvents(@Arg('input', () => IngestEventsInput, { description: 'The events.' }) { events }: IngestEventsInput, @Ctx() { session }: Context): Promise<IngestEventsPayload> {
    const accepted = await this.events.ingest(session, events.map((event) => givenOf(event)));
    const duplicates = accepted.filter(({ isDuplicate }) => isDuplicate).length;
    return { events: accepted.map(({ event }) => event), accepted: accepted.length - duplicates, duplicates };
  }

  @FieldResolver(() => EventTypeView, { description: 'What kind of event it is.' })
  type(@Root() { eventType }: ReceivedEvent, @Ctx() { session }: Context): RegisteredEventType {
    return this.catalogue.requireEventType(session, eventType);
  }

  @FieldResolver(() => [TriggerFiringView], { description: 'What it has fired, and what came of that.' })
  firings(@Root() { id }: ReceivedEvent, @Ctx() { loaders }: Context): Promise<TriggerFiring[]> {
    return loaders.firingsOfEvent.load(id);
  }
}
