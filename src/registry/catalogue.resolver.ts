import type { ActionEffect, ActionOutcome, Replay, TargetKind } from '@countermeasure/sdk';
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { JSONObjectScalar } from '../graphql/scalars.js';
import { givenOf, type JsonObject } from '../kernel/json.js';
import { ActionEffectEnum, ActionOutcomeEnum, ActionView, PermissionView, ProviderView, ReplayEnum, SandboxTenantView, TargetKindEnum } from './catalogue.view.js';
import type { CatalogueService, SandboxTenant } from './catalogue.service.js';
import type { RegisteredAction, RegisteredProvider } from './registry.js';

@Resolver(() => ProviderView)
export class ProviderResolver {
  constructor(private readonly catalogue: CatalogueService) {}

  @Query(() => [ProviderView], { description: 'The providers that the loaded plugins bring.' })
  providers(@Ctx() { session }: Context): readonly RegisteredProvider[] {
    return this.catalogue.providers(session);
  }

  @FieldResolver(() => String, { description: 'The provider\'s name, for people.' })
  title(@Root() provider: RegisteredProvider): string {
    return provider.plugin.provider.title;
  }

  @FieldResolver(() => String, { description: 'What the provider is.' })
  description(@Root() provider: RegisteredProvider): string {
    return provider.plugin.provider.description;
  }

  @FieldResolver(() => String, { description: 'The version of the plugin that brings it.' })
  version(@Root() provider: RegisteredProvider): string {
    return provider.plugin.version;
  }

  @FieldResolver(() => Boolean, { description: 'true: an imitation of it stands in, the sandbox tenant, because none is configured; nothing that is done reaches a real one.' })
  sandbox(@Root() provider: RegisteredProvider): boolean {
    return provider.sandbox !== undefined;
  }

  @FieldResolver(() => SandboxTenantView, { nullable: true, description: 'That imitation, and what to try on it; null when there is none.' })
  sandboxTenant(@Root() provider: RegisteredProvider): SandboxTenant | undefined {
    return this.catalogue.sandboxTenant(provider);
  }

  @FieldResolver(() => [ActionView], { description: 'What it can do.' })
  actions(@Root() provider: RegisteredProvider, @Ctx() { session }: Context): readonly RegisteredAction[] {
    return this.catalogue.actions(session, { provider: provider.id });
  }

  @FieldResolver(() => JSONObjectScalar, { description: 'JSON Schema 2020-12 of a connection\'s settings; a form can be rendered from it.' })
  connectionSettings(@Root() provider: RegisteredProvider): JsonObject {
    return provider.connectionSettings;
  }

  @FieldResolver(() => JSONObjectScalar, { nullable: true, description: 'JSON Schema 2020-12 of a credential that a connection may bring for itself; null when all use the one of the environment.' })
  connectionCredential(@Root() provider: RegisteredProvider): JsonObject | undefined {
    return provider.connectionCredential;
  }
}

@Resolver(() => ActionView)
export class ActionResolver {
  constructor(private readonly catalogue: CatalogueService) {}

  @Query(() => [ActionView], { description: 'The actions that there are, all of them or by provider and outcome.' })
  actions(
    @Ctx() { session }: Context,
    @Arg('provider', () => ID, { nullable: true, description: 'Only those of this provider.' }) provider?: string,
    @Arg('outcome', () => ActionOutcomeEnum, { nullable: true, description: 'Only those that are good for this.' }) outcome?: ActionOutcome,
  ): readonly RegisteredAction[] {
    return this.catalogue.actions(session, givenOf({ provider, outcome }));
  }

  @FieldResolver(() => ProviderView, { description: 'Whose action it is.' })
  provider(@Root() action: RegisteredAction): RegisteredProvider {
    return action.provider;
  }

  @FieldResolver(() => String, { description: 'The action\'s name, for people.' })
  title(@Root() { action }: RegisteredAction): string {
    return action.title;
  }

  @FieldResolver(() => String, { description: 'What it does, and what one should know before using it.' })
  description(@Root() { action }: RegisteredAction): string {
    return action.description;
  }

  @FieldResolver(() => ActionOutcomeEnum, { description: 'What it is good for.' })
  outcome(@Root() { action }: RegisteredAction): ActionOutcome {
    return action.outcome;
  }

  @FieldResolver(() => ActionEffectEnum, { description: 'How far it reaches.' })
  effect(@Root() { action }: RegisteredAction): ActionEffect {
    return action.effect;
  }

  @FieldResolver(() => Boolean, { description: 'Whether calling twice leaves the target as calling once does.' })
  idempotent(@Root() { action }: RegisteredAction): boolean {
    return action.idempotent;
  }

  @FieldResolver(() => ReplayEnum, { description: 'What is done with a call whose outcome a crash or a timeout hid.' })
  replay(@Root() { action }: RegisteredAction): Replay {
    return action.replay;
  }

  @FieldResolver(() => TargetKindEnum, { description: 'What kind of target it acts on.' })
  targetKind(@Root() { action }: RegisteredAction): TargetKind {
    return action.targetKind;
  }

  @FieldResolver(() => JSONObjectScalar, { description: 'JSON Schema 2020-12 of a step\'s own settings. The target is not one of them.' })
  input(@Root() { input }: RegisteredAction): JsonObject {
    return input;
  }

  @FieldResolver(() => JSONObjectScalar, { description: 'JSON Schema 2020-12 of what the action returns.' })
  output(@Root() { output }: RegisteredAction): JsonObject {
    return output;
  }

  @FieldResolver(() => [PermissionView], { description: 'The permissions that it needs from the provider, the least that suffice.' })
  permissions(@Root() { action }: RegisteredAction): readonly PermissionView[] {
    return action.permissions;
  }

  @FieldResolver(() => String, { nullable: true, description: 'A role of the provider\'s that is needed for privileged targets only, for example Privileged Authentication Administrator.' })
  privilegedRole(@Root() { action }: RegisteredAction): string | undefined {
    return action.privilegedRole;
  }

  @FieldResolver(() => ActionView, { nullable: true, description: 'The action that takes this one back; null when there is none.' })
  undoneBy(@Root() { undoneById }: RegisteredAction, @Ctx() { session }: Context): RegisteredAction | undefined {
    return undoneById === undefined ? undefined : this.catalogue.action(session, undoneById);
  }

  @FieldResolver(() => [ActionView], { description: 'Actions that usually belong beside it.' })
  suggests(@Root() { suggestedIds }: RegisteredAction, @Ctx() { session }: Context): readonly RegisteredAction[] {
    return suggestedIds.flatMap((id) => this.catalogue.action(session, id) ?? []);
  }
}
