import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { ActorUnion, ViewerView } from './actor.view.js';
import type { ApiKey } from './api-key.entity.js';
import type { User } from './user.entity.js';
import type { Session } from './session.js';

@Resolver(() => ViewerView)
export class ViewerResolver {
  @Query(() => ViewerView, { description: 'Whoever is asking, and what they may do.' })
  viewer(@Ctx() { session }: Context): Session {
    return session;
  }

  @FieldResolver(() => ActorUnion, { description: 'Who it is.' })
  actor(@Root() session: Session, @Ctx() { loaders }: Context): Promise<ApiKey | User> {
    return loaders.actor.load(session.actor.id);
  }
}
