import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import { ProviderView } from '../registry/catalogue.view.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RegisteredProvider } from '../registry/registry.js';
import type { Connection } from './connection.entity.js';
import { CreateConnectionInput } from './connection.input.js';
import type { ConnectionService } from './connection.service.js';
import { ConnectionView, CreateConnectionPayload } from './connection.view.js';

@Resolver(() => ConnectionView)
export class ConnectionResolver {
  constructor(
    private readonly connections: ConnectionService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Query(() => [ConnectionView], { name: 'connections', description: 'All connected tenants.' })
  all(@Ctx() { session }: Context): Promise<Connection[]> {
    return this.connections.all(session);
  }

  @Mutation(() => CreateConnectionPayload, { description: 'Connects a tenant of a provider.' })
  async createConnection(@Arg('input', () => CreateConnectionInput, { description: 'The tenant.' }) input: CreateConnectionInput, @Ctx() { session }: Context): Promise<CreateConnectionPayload> {
    return { connection: await this.connections.create(session, input) };
  }

  @FieldResolver(() => ProviderView, { description: 'Whose tenant it is.' })
  provider(@Root() { providerId }: Connection, @Ctx() { session }: Context): RegisteredProvider {
    return this.catalogue.requireProvider(session, providerId);
  }

  @FieldResolver(() => [PlaybookView], { description: 'The playbooks with a step that uses it.' })
  playbooks(@Root() { id }: Connection, @Ctx() { loaders }: Context): Promise<Playbook[]> {
    return loaders.playbooksOfConnection.load(id);
  }
}

@Resolver(() => ProviderView)
export class ProviderConnectionsResolver {
  constructor(private readonly connections: ConnectionService) {}

  @FieldResolver(() => [ConnectionView], { name: 'connections', description: 'The tenants that are connected.' })
  async connectionsOf(@Root() { id }: RegisteredProvider, @Ctx() { session }: Context): Promise<Connection[]> {
    return (await this.connections.all(session)).filter(({ providerId }) => providerId === id);
  }
}
