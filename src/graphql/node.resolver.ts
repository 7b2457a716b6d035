import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { kindOfId } from '../kernel/ids.js';
import type { NodeService } from './node.service.js';
import type { Context } from './context.js';
import { NodeView } from './node.view.js';

@Resolver()
export class NodeResolver {
  constructor(private readonly nodes: NodeService) {}

  @Query(() => NodeView, { nullable: true, description: 'Anything by its id; null when there is no such thing.' })
  node(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() { session }: Context): Promise<NodeView | undefined> {
    return this.nodes.find(session, kindOfId(id), id);
  }
}
