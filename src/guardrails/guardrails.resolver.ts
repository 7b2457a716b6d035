import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { UpdateGuardrailsInput } from './guardrails.input.js';
import type { GuardrailsService } from './guardrails.service.js';
import type { Guardrails } from './guardrails.types.js';
import { GuardrailsView, UpdateGuardrailsPayload } from './guardrails.view.js';

@Resolver(() => GuardrailsView)
export class GuardrailsResolver {
  constructor(private readonly service: GuardrailsService) {}

  @Query(() => GuardrailsView, { description: 'The limits on what may be done at all.' })
  guardrails(@Ctx() { session }: Context): Promise<Guardrails> {
    return this.service.read(session);
  }

  @Mutation(() => UpdateGuardrailsPayload, { description: 'Changes the guardrails; it holds from the next step on, in runs under way, too.' })
  async updateGuardrails(@Arg('input', () => UpdateGuardrailsInput, { description: 'The change.' }) input: UpdateGuardrailsInput, @Ctx() { session }: Context): Promise<UpdateGuardrailsPayload> {
    return { guardrails: await this.service.update(session, input) };
  }
}
