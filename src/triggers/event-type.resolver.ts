import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import { ProviderView } from '../registry/catalogue.view.js';
import type { RegisteredEventType, RegisteredProvider } from '../registry/registry.js';
import { EventFieldView, EventTypeView } from './event-type.view.js';
import { matchersFor } from './matchers.js';

@Resolver(() => EventTypeView)
export class EventTypeResolver {
  constructor(private readonly catalogue: CatalogueService) {}

  @Query(() => [EventTypeView], { description: 'The event types that there are: those of the service and those that the loaded plugins bring.' })
  eventTypes(@Ctx() { session }: Context): readonly RegisteredEventType[] {
    return this.catalogue.eventTypes(session);
  }

  @FieldResolver(() => String, { description: 'Its name, for people.' })
  title(@Root() { definition }: RegisteredEventType): string {
    return definition.title;
  }

  @FieldResolver(() => String, { description: 'What it tells, when it comes, and what to know before acting on it.' })
  description(@Root() { definition }: RegisteredEventType): string {
    return definition.description;
  }

  @FieldResolver(() => [EventFieldView], { description: 'What conditions can look at.' })
  fields(@Root() { definition }: RegisteredEventType): EventFieldView[] {
    return definition.fields.map((field) => ({ path: field.path, title: field.title, type: field.type, values: field.values ?? null, matchers: matchersFor(field) }));
  }

  @FieldResolver(() => JSONObjectScalar, { description: 'A payload as its sender documents it.' })
  sample(@Root() { definition }: RegisteredEventType): JsonObject {
    return definition.sample;
  }

  @FieldResolver(() => ProviderView, { nullable: true, description: 'Whose event type it is; null for those that belong to no provider.' })
  provider(@Root() { provider }: RegisteredEventType): RegisteredProvider | undefined {
    return provider;
  }
}

@Resolver(() => ProviderView)
export class ProviderEventTypesResolver {
  constructor(private readonly catalogue: CatalogueService) {}

  @FieldResolver(() => [EventTypeView], { name: 'eventTypes', description: 'What can happen there and fire triggers.' })
  eventTypesOf(@Root() { id }: RegisteredProvider, @Ctx() { session }: Context): RegisteredEventType[] {
    return this.catalogue.eventTypes(session).filter(({ provider }) => provider?.id === id);
  }
}
