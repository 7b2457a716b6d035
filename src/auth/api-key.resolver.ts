import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { ApiKeyView } from './actor.view.js';
import type { ApiKey } from './api-key.entity.js';
import { CreateApiKeyInput, RevokeApiKeyInput } from './api-key.input.js';
import type { ApiKeyService } from './api-key.service.js';
import { CreateApiKeyPayload, RevokeApiKeyPayload } from './api-key.view.js';

@Resolver(() => ApiKeyView)
export class ApiKeyResolver {
  constructor(private readonly service: ApiKeyService) {}

  @Query(() => [ApiKeyView], { description: 'All API keys, those that were revoked or have expired, too; never their secrets.' })
  apiKeys(@Ctx() { session }: Context): Promise<ApiKey[]> {
    return this.service.all(session);
  }

  @Mutation(() => CreateApiKeyPayload, { description: 'Makes an API key. Its text is in the answer, this once.' })
  async createApiKey(@Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput, @Ctx() { session }: Context): Promise<CreateApiKeyPayload> {
    const { apiKey, text } = await this.service.createBy(session, input);
    return { apiKey, secret: text };
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Ends an API key now: it is refused from the next request on, and its open sockets are closed.' })
  async revokeApiKey(@Arg('input', () => RevokeApiKeyInput, { description: 'Which one.' }) { id }: RevokeApiKeyInput, @Ctx() { session }: Context): Promise<RevokeApiKeyPayload> {
    return { apiKey: await this.service.revokeBy(session, id) };
  }
}
