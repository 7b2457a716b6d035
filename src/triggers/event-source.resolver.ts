import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RegisteredEventType } from '../registry/registry.js';
import type { EventSource } from './event-source.entity.js';
import { CreateEventSourceInput, DeleteEventSourceInput, RotateEventSourceSecretInput, UpdateEventSourceInput } from './event-source.input.js';
import type { EventSourceService } from './event-source.service.js';
import { CreateEventSourcePayload, DeleteEventSourcePayload, EventSourceView, HookRefusalView, RotateEventSourceSecretPayload, UpdateEventSourcePayload } from './event-source.view.js';
import { EventTypeView } from './event-type.view.js';
import type { HookRefusal } from './hook-refusal.entity.js';

@Resolver(() => EventSourceView)
export class EventSourceResolver {
  constructor(
    private readonly service: EventSourceService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Query(() => [EventSourceView], { description: 'The systems that may post events.' })
  eventSources(@Ctx() { session }: Context): Promise<EventSource[]> {
    return this.service.all(session);
  }

  @Query(() => [HookRefusalView], { description: 'How often requests to /hooks were refused, by source and reason. Nothing else of them is kept.' })
  hookRefusals(@Ctx() { session }: Context): Promise<HookRefusal[]> {
    return this.service.refusals(session);
  }

  @Mutation(() => CreateEventSourcePayload, { description: 'Makes an event source. Its secret is in the answer, this once.' })
  createEventSource(@Arg('input', () => CreateEventSourceInput, { description: 'The source.' }) input: CreateEventSourceInput, @Ctx() { session }: Context): Promise<CreateEventSourcePayload> {
    return this.service.create(session, input);
  }

  @Mutation(() => UpdateEventSourcePayload, { description: 'Switches an event source on or off.' })
  async updateEventSource(@Arg('input', () => UpdateEventSourceInput, { description: 'The change.' }) input: UpdateEventSourceInput, @Ctx() { session }: Context): Promise<UpdateEventSourcePayload> {
    return { source: await this.service.update(session, input) };
  }

  @Mutation(() => RotateEventSourceSecretPayload, { description: 'Gives an event source another secret; the one before counts for a while longer. The new one is in the answer, this once.' })
  rotateEventSourceSecret(@Arg('input', () => RotateEventSourceSecretInput, { description: 'Which one.' }) { id, overlap }: RotateEventSourceSecretInput, @Ctx() { session }: Context): Promise<RotateEventSourceSecretPayload> {
    return this.service.rotateSecret(session, { id, overlapMs: overlap ?? undefined });
  }

  @Mutation(() => DeleteEventSourcePayload, { description: 'Deletes an event source; the events that it posted stay.' })
  async deleteEventSource(@Arg('input', () => DeleteEventSourceInput, { description: 'Which one.' }) { id }: DeleteEventSourceInput, @Ctx() { session }: Context): Promise<DeleteEventSourcePayload> {
    return { source: await this.service.delete(session, id) };
  }

  @FieldResolver(() => EventTypeView, { description: 'What it posts.' })
  eventType(@Root() { eventType }: EventSource, @Ctx() { session }: Context): RegisteredEventType {
    return this.catalogue.requireEventType(session, eventType);
  }

  @FieldResolver(() => String, { description: 'Where it posts.' })
  url(@Root() { name }: EventSource, @Ctx() { publicUrl }: Context): string {
    return `${publicUrl}/hooks/${name}`;
  }

  @FieldResolver(() => ActorUnion, { description: 'Who made it.' })
  createdBy(@Root() { createdBy }: EventSource, @Ctx() { loaders }: Context): Promise<ApiKey | User> {
    return loaders.actor.load(createdBy.id);
  }
}
