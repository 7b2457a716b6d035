import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import { TargetView } from '../connections/target.view.js';
import type { Context } from '../graphql/context.js';
import { toListView } from '../graphql/page.view.js';
import { givenOf } from '../kernel/json.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import type { CancelService } from './cancel.service.js';
import type { RunBatch } from './run-batch.entity.js';
import { RunBatchView } from './run-batch.view.js';
import type { RunEvent } from './run-event.entity.js';
import type { RunHistoryService } from './run-history.service.js';
import type { TriggerActorView } from '../triggers/trigger-actor.view.js';
import { RunStepView } from './run-step.view.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import { CancelRunInput, RunActivityArgs, RunEventsArgs, RunPlaybookInput, RunsArgs } from './run.input.js';
import type { RunService } from './run.service.js';
import { CancelRunPayload, RunEventView, RunListView, RunPlaybookPayload, RunView } from './run.view.js';

@Resolver(() => RunView)
export class RunResolver {
  constructor(
    private readonly service: RunService,
    private readonly history: RunHistoryService,
    private readonly cancels: CancelService,
  ) {}

  @Query(() => RunView, { nullable: true, description: 'One run; null when there is none of that id.' })
  run(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() { session }: Context): Promise<Run | undefined> {
    return this.history.find(session, id);
  }

  @Query(() => RunListView, { description: 'The runs, newest first.' })
  async runs(@Args(() => RunsArgs) { filter, ...page }: RunsArgs, @Ctx() { session }: Context) {
    return toListView(await this.history.page(session, toFilter(filter), page));
  }

  @Mutation(() => RunPlaybookPayload, { description: 'Starts a playbook against a target and answers as soon as the run is safely stored; follow it with the subscription runProgress.' })
  async runPlaybook(@Arg('input', () => RunPlaybookInput, { description: 'What to run against what.' }) input: RunPlaybookInput, @Ctx() { session }: Context) {
    return { run: await this.service.start(session, { ...givenOf(input), target: { ...input.target, kind: input.target.kind ?? 'USER' } }) };
  }

  @Mutation(() => CancelRunPayload, { description: 'Cancels what has not begun, and what waits; approvals are canceled with it. A call that is being made ends by itself.' })
  async cancelRun(@Arg('input', () => CancelRunInput, { description: 'Which one.' }) input: CancelRunInput, @Ctx() { session }: Context): Promise<CancelRunPayload> {
    return { run: await this.cancels.cancel(session, input) };
  }

  @Subscription(() => RunView, {
    subscribe: ({ args, context }: SubscribeResolverData<unknown, RunActivityArgs, Context>) => context.followRuns(toFilter(args.filter)),
    description: 'Every run that matches the filter, whenever its status has changed: new ones, too. Changes of one run that follow each other at once can be told as one. With the filter batchId, a batch as it goes on.',
  })
  runActivity(@Root() run: Run, @Args(() => RunActivityArgs) _args: RunActivityArgs): Run {
    return run;
  }

  @FieldResolver(() => PlaybookView, { description: 'The playbook that it carries out, as it is now.' })
  playbook(@Root() { playbookId }: Run, @Ctx() { loaders }: Context): Promise<Playbook> {
    return loaders.playbook.load(playbookId);
  }

  @FieldResolver(() => RunBatchView, { nullable: true, description: 'The batch that it is one of; null: it was started by itself.' })
  batch(@Root() { batchId }: Run, @Ctx() { loaders }: Context): Promise<RunBatch> | null {
    return batchId === null ? null : loaders.batch.load(batchId);
  }

  @FieldResolver(() => TargetView, { description: 'What it acts on.' })
  target(@Root() run: Run): TargetView {
    return { kind: run.targetKind, id: run.targetId, displayName: run.targetDisplayName, username: run.targetUsername, privileged: run.targetPrivileged };
  }

  @FieldResolver(() => ActorUnion, { description: 'Who or what started it.' })
  async startedBy(@Root() { startedBy }: Run, @Ctx() { loaders }: Context): Promise<ApiKey | User | TriggerActorView> {
    if (startedBy.kind !== 'TRIGGER') return loaders.actor.load(startedBy.id);
    const [trigger, event] = await Promise.all([loaders.trigger.load(startedBy.id), loaders.event.load(startedBy.eventId)]);
    return { trigger, event };
  }

  @FieldResolver(() => String, { description: 'The page on which people follow it live.' })
  followUrl(@Root() { id }: Run, @Ctx() { publicUrl }: Context): string {
    return `${publicUrl}/runs/${id}`;
  }

  @FieldResolver(() => [RunStepView], { description: 'Its steps, in their order.' })
  steps(@Root() { id }: Run, @Ctx() { loaders }: Context): Promise<RunStep[]> {
    return loaders.stepsOfRun.load(id);
  }

  @FieldResolver(() => [RunEventView], { description: 'Its history: the same events, in the same order, that runProgress gives.' })
  events(@Root() { id }: Run, @Args(() => RunEventsArgs) range: RunEventsArgs, @Ctx() { session }: Context): Promise<RunEvent[]> {
    return this.history.eventsOf(session, id, givenOf(range));
  }
}

function toFilter(filter: RunActivityArgs['filter']) {
  const { status, ...rest } = givenOf(filter ?? {});
  return { ...rest, statuses: status };
}
