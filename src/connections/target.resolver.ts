import type { TargetKind } from '@countermeasure/sdk';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { givenOf } from '../kernel/json.js';
import { TargetKindEnum } from '../registry/catalogue.view.js';
import type { TargetSearchService } from './target-search.service.js';
import { TargetView } from './target.view.js';

@Resolver(() => TargetView)
export class TargetResolver {
  constructor(private readonly service: TargetSearchService) {}

  @Query(() => [TargetView], { description: 'The picker: searches the connected tenants for whom a playbook can be run against, the likeliest first. A frontend may ask with every letter typed: what was found is kept for some seconds, and a request that is given up is given up at the provider, too.' })
  async searchTargets(
    @Ctx() { session, signal }: Context,
    @Arg('query', () => String, { description: 'Part of a display name, user principal name, mail address or on-premises account name, or a whole object id; at most 200 characters.' }) query: string,
    @Arg('playbookId', () => ID, { nullable: true, description: 'Search the tenants that the steps of this playbook act on. Give this or connectionId.' }) playbookId?: string,
    @Arg('connectionId', () => ID, { nullable: true, description: 'Search this tenant. Give this or playbookId.' }) connectionId?: string,
    @Arg('kind', () => TargetKindEnum, { nullable: true, description: 'What kind of target; USER by default.' }) kind?: TargetKind,
    @Arg('first', () => Int, { nullable: true, description: 'How many at most: 1 to 25, 10 by default.' }) first?: number,
  ): Promise<TargetView[]> {
    const found = await this.service.search(session, { query, ...givenOf({ playbookId, connectionId, kind, first }) }, signal);
    return found.map(({ username, privileged, ...target }) => ({ ...target, username: username ?? null, privileged: privileged ?? null }));
  }

  @FieldResolver(() => Boolean, { name: 'protected', description: 'Whether the guardrails protect it: no action of effect CHANGE or DESTROY ever touches it then.' })
  isProtected(@Root() target: TargetView, @Ctx() { loaders }: Context): Promise<boolean> {
    return loaders.isProtected.load(target);
  }
}
