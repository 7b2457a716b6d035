import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import { givenOf } from '../kernel/json.js';
import { ApiKeyView, RoleEnum } from './actor.view.js';
import type { ApiKey } from './api-key.entity.js';
import { CreateApiKeyInput, RevokeApiKeyInput } from './api-key.input.js';
import type { ApiKeyService } from './api-key.service.js';
import { CreateApiKeyPayload, RevokeApiKeyPayload } from './api-key.view.js';
import type { Role } from './permissions.js';

@Resolver(() => ApiKeyView)
export class ApiKeyResolver {
  constructor(private readonly service: ApiKeyService) {}

  @Query(() => [ApiKeyView], { description: 'All API keys, those that were revoked or have expired, too; never their secrets.' })
  apiKeys(@Ctx() { session }: Context): Promise<ApiKey[]> {
    return this.service.all(session);
  }

  @Mutation(() => CreateApiKeyPayload, { description: 'Makes an API key. Its text is in the answer, this once.' })
  async createApiKey(@Arg('input', () => CreateApiKeyInput, { description: 'The key.' }) input: CreateApiKeyInput, @Ctx() { session }: Context): Promise<CreateApiKeyPayload> {
    const { apiKey, text } = await this.service.createBy(session, givenOf(input));
    return { apiKey, secret: text };
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Ends an API key now: it is refused from the next request on, and its open sockets are closed.' })
  async revokeApiKey(@Arg('input', () => RevokeApiKeyInput, { description: 'Which one.' }) { id }: RevokeApiKeyInput, @Ctx() { session }: Context): Promise<RevokeApiKeyPayload> {
    return { apiKey: await this.service.revokeBy(session, id) };
  }

  @FieldResolver(() => [RoleEnum], { nullable: true, description: 'What the key may do; null: you may not see it.' })
  roles(@Root() key: ApiKey, @Ctx() { session }: Context): Role[] | undefined {
    return this.service.details(session, key)?.roles;
  }

  @FieldResolver(() => [ID], { nullable: true, description: 'The playbooks that there are for it; null: all, or you may not see it. A key with limits makes nothing new and changes nothing that concerns others.' })
  playbookIds(@Root() key: ApiKey, @Ctx() { session }: Context): string[] | null | undefined {
    return this.service.details(session, key)?.playbookIds;
  }

  @FieldResolver(() => [ID], { nullable: true, description: 'The connections that there are for it, and with them the playbooks and runs that act on no other; null: all, or you may not see it.' })
  connectionIds(@Root() key: ApiKey, @Ctx() { session }: Context): string[] | null | undefined {
    return this.service.details(session, key)?.connectionIds;
  }

  @FieldResolver(() => String, { nullable: true, description: 'The mail address of the person who holds it; null: none was given, or you may not see it. In approvals the key and the contact of that address are one person.' })
  email(@Root() key: ApiKey, @Ctx() { session }: Context): string | null | undefined {
    return this.service.details(session, key)?.email;
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself; null: never, or you may not see it.' })
  expiresAt(@Root() key: ApiKey, @Ctx() { session }: Context): Date | null | undefined {
    return this.service.details(session, key)?.expiresAt;
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to the minute; null: never, or you may not see it.' })
  lastUsedAt(@Root() key: ApiKey, @Ctx() { session }: Context): Date | null | undefined {
    return this.service.details(session, key)?.lastUsedAt;
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null: it was not, or you may not see it.' })
  revokedAt(@Root() key: ApiKey, @Ctx() { session }: Context): Date | null | undefined {
    return this.service.details(session, key)?.revokedAt;
  }
}
