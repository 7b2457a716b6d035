import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { givenOf } from '../kernel/json.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import { ProviderView } from '../registry/catalogue.view.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RegisteredProvider } from '../registry/registry.js';
import type { Connection } from './connection.entity.js';
import { CheckConnectionInput, ConfirmConsentInput, CreateConnectionInput, DeleteConnectionInput, UpdateConnectionInput } from './connection.input.js';
import type { ConnectionService } from './connection.service.js';
import { CheckConnectionPayload, ConfirmConsentPayload, ConnectionView, CreateConnectionPayload, DeleteConnectionPayload, UpdateConnectionPayload } from './connection.view.js';
import type { Consent, ConnectionHealth } from './consent.machine.js';
import type { ConsentService } from './consent.service.js';
import { ConnectionHealthView, ConsentView } from './consent.view.js';

@Resolver(() => ConnectionView)
export class ConnectionResolver {
  constructor(
    private readonly connections: ConnectionService,
    private readonly consents: ConsentService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Query(() => [ConnectionView], { name: 'connections', description: 'All connected tenants.' })
  all(@Ctx() { session }: Context): Promise<Connection[]> {
    return this.connections.all(session);
  }

  @Mutation(() => CreateConnectionPayload, { description: 'Connects a tenant of a provider, and checks it at once; what is wrong with it is told in its health.' })
  async createConnection(@Arg('input', () => CreateConnectionInput, { description: 'The tenant.' }) input: CreateConnectionInput, @Ctx() { session }: Context): Promise<CreateConnectionPayload> {
    return { connection: await this.connections.create(session, input) };
  }

  @Mutation(() => UpdateConnectionPayload, { description: 'Changes a connection and makes its next revision. Other settings or another credential are checked at once.' })
  async updateConnection(@Arg('input', () => UpdateConnectionInput, { description: 'The change.' }) input: UpdateConnectionInput, @Ctx() { session }: Context): Promise<UpdateConnectionPayload> {
    return { connection: await this.connections.update(session, { ...givenOf(input), credential: input.credential }) };
  }

  @Mutation(() => DeleteConnectionPayload, { description: 'Deletes a connection with its credential. Refused while steps use it; runs that used it stay readable.' })
  async deleteConnection(@Arg('input', () => DeleteConnectionInput, { description: 'Which one.' }) { id }: DeleteConnectionInput, @Ctx() { session }: Context): Promise<DeleteConnectionPayload> {
    return { connection: await this.connections.delete(session, id) };
  }

  @Mutation(() => CheckConnectionPayload, { description: 'Checks a connection now: gets a token for the tenant, reads what is granted and whether the role for privileged targets is held, and measures how long it takes.' })
  async checkConnection(@Arg('input', () => CheckConnectionInput, { description: 'Which one.' }) { connectionId }: CheckConnectionInput, @Ctx() { session }: Context): Promise<CheckConnectionPayload> {
    return { connection: await this.connections.check(session, connectionId) };
  }

  @Mutation(() => ConfirmConsentPayload, { description: 'Ticks the box "API access granted". It is checked first, and refused with PRECONDITION_FAILED while a permission is missing; `problems` lists them.' })
  async confirmConsent(@Arg('input', () => ConfirmConsentInput, { description: 'Which one.' }) { connectionId }: ConfirmConsentInput, @Ctx() { session }: Context): Promise<ConfirmConsentPayload> {
    return { connection: await this.consents.confirm(session, connectionId) };
  }

  @FieldResolver(() => ConsentView, { description: 'What the steps need of the tenant, and what its administrators have granted.' })
  async consent(@Root() connection: Connection, @Ctx() { loaders }: Context): Promise<Consent> {
    return (await loaders.consent.load(connection)).consent;
  }

  @FieldResolver(() => ConnectionHealthView, { description: 'Whether it works.' })
  async health(@Root() connection: Connection, @Ctx() { loaders }: Context): Promise<ConnectionHealth> {
    return (await loaders.consent.load(connection)).health;
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
