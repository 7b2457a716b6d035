import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import { PageArgs, toListView } from '../graphql/page.view.js';
import { givenOf } from '../kernel/json.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RegisteredEventType } from '../registry/registry.js';
import { EventTypeView } from './event-type.view.js';
import type { TriggerFiring } from './trigger-firing.entity.js';
import { TriggerFiringListView, TriggerFiringView } from './trigger-firing.view.js';
import type { Trigger } from './trigger.entity.js';
import { CreateTriggerInput, DeleteTriggerInput, LinkTriggerInput, TriggersArgs, UpdateTriggerInput, toTriggerDraft } from './trigger.input.js';
import type { TriggerService } from './trigger.service.js';
import { CreateTriggerPayload, DeleteTriggerPayload, LinkTriggerPayload, TriggerListView, TriggerView, UnlinkTriggerPayload, UpdateTriggerPayload } from './trigger.view.js';

@Resolver(() => TriggerView)
export class TriggerResolver {
  constructor(
    private readonly service: TriggerService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Query(() => TriggerListView, { description: 'The triggers, newest first.' })
  async triggers(@Args(() => TriggersArgs) args: TriggersArgs, @Ctx() { session }: Context) {
    return toListView(await this.service.page(session, givenOf(args), args));
  }

  @Query(() => TriggerView, { nullable: true, description: 'One trigger; null when there is none of that id or it was deleted.' })
  trigger(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() { session }: Context): Promise<Trigger | undefined> {
    return this.service.find(session, id);
  }

  @Mutation(() => CreateTriggerPayload, { description: 'Makes a trigger. Everything that is wrong with it is told at once, and nothing is saved then.' })
  async createTrigger(@Arg('input', () => CreateTriggerInput, { description: 'The trigger.' }) input: CreateTriggerInput, @Ctx() { session }: Context): Promise<CreateTriggerPayload> {
    return { trigger: await this.service.create(session, toTriggerDraft(input)) };
  }

  @Mutation(() => UpdateTriggerPayload, { description: 'Changes a trigger, whole or in part, and makes its next revision.' })
  async updateTrigger(@Arg('input', () => UpdateTriggerInput, { description: 'The change.' }) input: UpdateTriggerInput, @Ctx() { session }: Context): Promise<UpdateTriggerPayload> {
    return { trigger: await this.service.update(session, toTriggerDraft(input)) };
  }

  @Mutation(() => DeleteTriggerPayload, { description: 'Deletes a trigger. What it has fired stays readable, and runs under way go on.' })
  async deleteTrigger(@Arg('input', () => DeleteTriggerInput, { description: 'Which one.' }) { id }: DeleteTriggerInput, @Ctx() { session }: Context): Promise<DeleteTriggerPayload> {
    return { trigger: await this.service.delete(session, id) };
  }

  @Mutation(() => LinkTriggerPayload, { description: 'From now on the trigger starts the playbook, too. Does nothing when it does already.' })
  linkTrigger(@Arg('input', () => LinkTriggerInput, { description: 'Which ones.' }) input: LinkTriggerInput, @Ctx() { session }: Context): Promise<LinkTriggerPayload> {
    return this.service.link(session, input);
  }

  @Mutation(() => UnlinkTriggerPayload, { description: 'The trigger starts the playbook no more; NOT_FOUND when it did not.' })
  unlinkTrigger(@Arg('input', () => LinkTriggerInput, { description: 'Which ones.' }) input: LinkTriggerInput, @Ctx() { session }: Context): Promise<UnlinkTriggerPayload> {
    return this.service.unlink(session, input);
  }

  @FieldResolver(() => EventTypeView, { description: 'What it waits for.' })
  eventType(@Root() { eventType }: Trigger, @Ctx() { session }: Context): RegisteredEventType {
    return this.catalogue.requireEventType(session, eventType);
  }

  @FieldResolver(() => [PlaybookView], { description: 'The playbooks that it starts, in the order in which they were linked.' })
  playbooks(@Root() { id }: Trigger, @Ctx() { loaders }: Context): Promise<Playbook[]> {
    return loaders.playbooksOfTrigger.load(id);
  }

  @FieldResolver(() => TriggerFiringListView, { description: 'What it has fired, newest first.' })
  async firings(@Root() { id }: Trigger, @Args(() => PageArgs) args: PageArgs, @Ctx() { session }: Context) {
    return toListView(await this.service.firings(session, id, args));
  }

  @FieldResolver(() => [TriggerFiringView], { description: 'What it has fired last, the newest first, at most three: for lists of triggers, of which all are read at once.' })
  lastFirings(@Root() { id }: Trigger, @Ctx() { loaders }: Context): Promise<TriggerFiring[]> {
    return loaders.lastFiringsOfTrigger.load(id);
  }

  @FieldResolver(() => ActorUnion, { description: 'Who made it.' })
  createdBy(@Root() { createdBy }: Trigger, @Ctx() { loaders }: Context): Promise<ApiKey | User> {
    return loaders.actor.load(createdBy.id);
  }
}

@Resolver(() => PlaybookView)
export class PlaybookTriggersResolver {
  @FieldResolver(() => [TriggerView], { description: 'The triggers that start it.' })
  triggers(@Root() { id }: Playbook, @Ctx() { loaders }: Context): Promise<Trigger[]> {
    return loaders.triggersOfPlaybook.load(id);
  }
}
