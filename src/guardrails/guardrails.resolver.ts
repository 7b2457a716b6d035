import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import { toGuardrailsChange, UpdateGuardrailsInput } from './guardrails.input.js';
import type { GuardrailsService } from './guardrails.service.js';
import { GuardrailsView, toGuardrailsView, UpdateGuardrailsPayload } from './guardrails.view.js';

@Resolver(() => GuardrailsView)
export class GuardrailsResolver {
  constructor(private readonly service: GuardrailsService) {}

  @Query(() => GuardrailsView, { description: 'The limits on what may be done at all.' })
  async guardrails(@Ctx() { session }: Context): Promise<GuardrailsView> {
    return toGuardrailsView(await this.service.read(session), session);
  }

  @Mutation(() => UpdateGuardrailsPayload, { description: 'Changes the guardrails; it holds from the next step on, in runs under way, too.' })
  async updateGuardrails(@Arg('input', () => UpdateGuardrailsInput, { description: 'The change.' }) input: UpdateGuardrailsInput, @Ctx() { session }: Context): Promise<UpdateGuardrailsPayload> {
    return { guardrails: toGuardrailsView(await this.service.update(session, toGuardrailsChange(input)), session) };
  }

  @FieldResolver(() => ActorUnion, { nullable: true, description: 'Who paused it; null: it is not paused.' })
  async pausedBy(@Root() { pausedByKey }: GuardrailsView, @Ctx() { loaders }: Context): Promise<ApiKey | User | null> {
    return pausedByKey === null ? null : loaders.actor.load(pausedByKey);
  }
}
