import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import type { Consent } from './consent.machine.js';
import { ConsentView } from './consent.view.js';

@Resolver(() => ConsentView)
export class ConsentResolver {
  @FieldResolver(() => String, { nullable: true, description: 'The admin-consent link: new with every request, good for one answer within an hour. An administrator of the tenant opens it. null when the provider needs none, or you may not ask for it (connection:consent).' })
  url(@Root() { connectionId }: Consent, @Ctx() { loaders }: Context): Promise<string | null> {
    return loaders.consentLink.load(connectionId);
  }

  @FieldResolver(() => ActorUnion, { nullable: true, description: 'Who last confirmed it; null: nobody.' })
  async confirmedBy(@Root() { confirmedBy }: Consent, @Ctx() { loaders }: Context): Promise<ApiKey | User | null> {
    return confirmedBy && loaders.actor.load(confirmedBy.id);
  }
}
