import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Connection } from '../connections/connection.entity.js';
import { ConnectionView } from '../connections/connection.view.js';
import type { Context } from '../graphql/context.js';
import { DurationScalar } from '../graphql/scalars.js';
import { givenOf } from '../kernel/json.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import { ActionView } from '../registry/catalogue.view.js';
import type { RegisteredAction } from '../registry/registry.js';
import type { ChangedStep, PlaybookStepService } from './playbook-step.service.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import { AddPlaybookStepInput, RemovePlaybookStepInput, UpdatePlaybookStepInput, toStepDraft } from './playbook.input.js';
import {
  AddPlaybookStepPayload, PlaybookStepView, RemovePlaybookStepPayload, RetryPolicyView, UpdatePlaybookStepPayload, toRetryPolicyView,
} from './playbook.view.js';
import { ApprovalPolicyView, toApprovalPolicyView } from './approval-policy.view.js';
import { forerunnersOf } from './step-order.js';

@Resolver(() => PlaybookStepView)
export class PlaybookStepResolver {
  constructor(
    private readonly service: PlaybookStepService,
    private readonly catalogue: CatalogueService,
  ) {}

  @Mutation(() => AddPlaybookStepPayload, { description: 'Adds a step to a playbook and makes its next revision.' })
  async addPlaybookStep(@Arg('input', () => AddPlaybookStepInput, { description: 'The step.' }) input: AddPlaybookStepInput, @Ctx() context: Context) {
    return withConnection(await this.service.add(context.session, toStepDraft(input)), context);
  }

  @Mutation(() => UpdatePlaybookStepPayload, { description: 'Changes one step and makes the playbook\'s next revision.' })
  async updatePlaybookStep(@Arg('input', () => UpdatePlaybookStepInput, { description: 'The change.' }) input: UpdatePlaybookStepInput, @Ctx() context: Context) {
    return withConnection(await this.service.update(context.session, toStepDraft(input)), context);
  }

  @Mutation(() => RemovePlaybookStepPayload, { description: 'Takes a step out of a playbook and makes its next revision. Refused while another step names it in `after`.' })
  async removePlaybookStep(@Arg('input', () => RemovePlaybookStepInput, { description: 'Which one.' }) input: RemovePlaybookStepInput, @Ctx() { session }: Context) {
    return { playbook: await this.service.remove(session, givenOf(input)) };
  }

  @FieldResolver(() => ActionView, { description: 'What it does.' })
  action(@Root() { actionId }: PlaybookStep, @Ctx() { session }: Context): RegisteredAction {
    return this.catalogue.requireAction(session, actionId);
  }

  @FieldResolver(() => ConnectionView, { nullable: true, description: 'The tenant that it acts on; null when none is chosen yet.' })
  connection(@Root() { connectionId }: PlaybookStep, @Ctx() { loaders }: Context): Promise<Connection | null> {
    return connectionOf(connectionId, loaders);
  }

  @FieldResolver(() => [String], { description: 'The keys of the steps that must be finished before it starts; empty: it starts at once.' })
  async after(@Root() step: PlaybookStep, @Ctx() { loaders }: Context): Promise<readonly string[]> {
    return step.after ?? forerunnersOf(await loaders.stepsOfPlaybook.load(step.playbookId), step.position);
  }

  @FieldResolver(() => DurationScalar, { description: 'How long one attempt may take.' })
  timeout(@Root() { timeoutMs }: PlaybookStep): number {
    return timeoutMs;
  }

  @FieldResolver(() => ApprovalPolicyView, { nullable: true, description: 'What has to happen before it is carried out; null: nobody has to approve.' })
  approval(@Root() { approval }: PlaybookStep, @Ctx() { session }: Context): ApprovalPolicyView | null {
    return approval && toApprovalPolicyView(approval, session);
  }

  @FieldResolver(() => RetryPolicyView, { description: 'How often it is tried.' })
  retry(@Root() { retry }: PlaybookStep): RetryPolicyView {
    return toRetryPolicyView(retry);
  }
}

async function withConnection({ playbook, step }: ChangedStep, { loaders }: Context): Promise<AddPlaybookStepPayload> {
  return { playbook, step, connection: await connectionOf(step.connectionId, loaders) };
}

async function connectionOf(id: string | null, loaders: Context['loaders']): Promise<Connection | null> {
  return id === null ? null : ((await loaders.connection.load(id)) ?? null);
}
