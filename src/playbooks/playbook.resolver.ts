import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import { PageArgs, toListView } from '../graphql/page.view.js';
import { givenOf } from '../kernel/json.js';
import type { RunHistoryService } from '../runs/run-history.service.js';
import type { Run } from '../runs/run.entity.js';
import { RunListView, RunView } from '../runs/run.view.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import type { Playbook } from './playbook.entity.js';
import { CreatePlaybookInput, DeletePlaybookInput, PlaybooksArgs, UpdatePlaybookInput, toStepDraft } from './playbook.input.js';
import type { PlaybookService } from './playbook.service.js';
import type { Readiness } from './readiness.js';
import {
  CreatePlaybookPayload, DeletePlaybookPayload, PlaybookListView, PlaybookStepView, PlaybookView, ReadinessView, UpdatePlaybookPayload,
} from './playbook.view.js';

@Resolver(() => PlaybookView)
export class PlaybookResolver {
  constructor(
    private readonly service: PlaybookService,
    private readonly history: RunHistoryService,
  ) {}

  @Query(() => PlaybookListView, { description: 'The playbooks, newest first.' })
  async playbooks(@Args(() => PlaybooksArgs) args: PlaybooksArgs, @Ctx() { session }: Context) {
    return toListView(await this.service.page(session, givenOf(args), args));
  }

  @Query(() => PlaybookView, { nullable: true, description: 'One playbook; null when there is none of that id or it was deleted.' })
  playbook(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() { session }: Context): Promise<Playbook | undefined> {
    return this.service.find(session, id);
  }

  @Mutation(() => CreatePlaybookPayload, { description: 'Makes a playbook. Everything that is wrong with it is told at once, and nothing is saved then.' })
  async createPlaybook(@Arg('input', () => CreatePlaybookInput, { description: 'The playbook.' }) input: CreatePlaybookInput, @Ctx() { session }: Context) {
    return { playbook: await this.service.create(session, { ...givenOf(input), steps: input.steps?.map(toStepDraft) }) };
  }

  @Mutation(() => UpdatePlaybookPayload, { description: 'Changes a playbook, whole or in part, and makes its next revision.' })
  async updatePlaybook(@Arg('input', () => UpdatePlaybookInput, { description: 'The change.' }) input: UpdatePlaybookInput, @Ctx() { session }: Context) {
    return { playbook: await this.service.update(session, { ...givenOf(input), steps: input.steps?.map(toStepDraft) }) };
  }

  @Mutation(() => DeletePlaybookPayload, { description: 'Deletes a playbook. Its runs stay readable, and those under way go on.' })
  async deletePlaybook(@Arg('input', () => DeletePlaybookInput, { description: 'Which one.' }) { id }: DeletePlaybookInput, @Ctx() { session }: Context) {
    return { playbook: await this.service.delete(session, id) };
  }

  @FieldResolver(() => [PlaybookStepView], { description: 'Its steps, in their order.' })
  steps(@Root() { id }: Playbook, @Ctx() { loaders }: Context): Promise<PlaybookStep[]> {
    return loaders.stepsOfPlaybook.load(id);
  }

  @FieldResolver(() => ReadinessView, { description: 'Whether it can run now; when not, why.' })
  async readiness(@Root() playbook: Playbook, @Ctx() { loaders }: Context): Promise<Readiness> {
    const steps = await loaders.stepsOfPlaybook.load(playbook.id);
    const states = await Promise.all(steps.flatMap(({ connectionId }) => (connectionId === null ? [] : [loaders.connectionState.load(connectionId)])));
    const problems = this.service.readiness(playbook, steps, states.filter((state) => state !== undefined));
    return { ready: problems.length === 0, problems };
  }

  @FieldResolver(() => RunListView, { description: 'Its runs, newest first.' })
  async runs(@Root() { id }: Playbook, @Args(() => PageArgs) args: PageArgs, @Ctx() { session }: Context) {
    return toListView(await this.history.page(session, { playbookId: id }, args));
  }

  @FieldResolver(() => [RunView], { description: 'Its newest runs, the newest first, at most five: for lists of playbooks, of which all are read at once.' })
  lastRuns(@Root() { id }: Playbook, @Ctx() { loaders }: Context): Promise<Run[]> {
    return loaders.lastRunsOfPlaybook.load(id);
  }

  @FieldResolver(() => ActorUnion, { description: 'Who made it.' })
  createdBy(@Root() { createdBy }: Playbook, @Ctx() { loaders }: Context): Promise<ApiKey | User> {
    return loaders.actor.load(createdBy.id);
  }
}
