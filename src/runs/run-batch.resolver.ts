import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { ActorUnion } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import { PageArgs, toListView } from '../graphql/page.view.js';
import { givenOf } from '../kernel/json.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import type { BatchService } from './batch.service.js';
import type { RunBatch } from './run-batch.entity.js';
import { RunBatchView, RunPlaybookBatchPayload } from './run-batch.view.js';
import type { RunHistoryService } from './run-history.service.js';
import { RunPlaybookBatchInput } from './run.input.js';
import { RunListView } from './run.view.js';

@Resolver(() => RunBatchView)
export class RunBatchResolver {
  constructor(
    private readonly service: BatchService,
    private readonly history: RunHistoryService,
  ) {}

  @Mutation(() => RunPlaybookBatchPayload, { description: 'Starts a playbook against up to 1,000 targets, a run for each, and answers as soon as all of them are safely stored. Runs that are started one by one do not wait for them.' })
  async runPlaybookBatch(@Arg('input', () => RunPlaybookBatchInput, { description: 'What to run against whom.' }) input: RunPlaybookBatchInput, @Ctx() { session }: Context) {
    const targets = input.targets.map(({ kind, id }) => ({ kind: kind ?? 'USER', id }));
    return { batch: await this.service.start(session, { ...givenOf(input), targets }) };
  }

  @FieldResolver(() => PlaybookView, { description: 'The playbook that its runs carry out, as it is now.' })
  playbook(@Root() { playbookId }: RunBatch, @Ctx() { loaders }: Context): Promise<Playbook> {
    return loaders.playbook.load(playbookId);
  }

  @FieldResolver(() => ActorUnion, { description: 'Who started it.' })
  startedBy(@Root() { startedBy }: RunBatch, @Ctx() { loaders }: Context): Promise<ApiKey | User> {
    return loaders.actor.load(startedBy.id);
  }

  @FieldResolver(() => RunListView, { description: 'Its runs, newest first.' })
  async runs(@Root() { id }: RunBatch, @Args(() => PageArgs) page: PageArgs, @Ctx() { session }: Context) {
    return toListView(await this.history.page(session, { batchId: id }, page));
  }

  @FieldResolver(() => Int, { description: 'How many runs it has, one for each target.' })
  async total(@Root() { id }: RunBatch, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.totalsOfBatch.load(id)).total;
  }

  @FieldResolver(() => Int, { description: 'How many have ended, however they did.' })
  async finished(@Root() { id }: RunBatch, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.totalsOfBatch.load(id)).finished;
  }

  @FieldResolver(() => Int, { description: 'How many have ended SUCCEEDED.' })
  async succeeded(@Root() { id }: RunBatch, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.totalsOfBatch.load(id)).succeeded;
  }

  @FieldResolver(() => Int, { description: 'How many have ended FAILED. A retry of one is a run of its own, outside the batch.' })
  async failed(@Root() { id }: RunBatch, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.totalsOfBatch.load(id)).failed;
  }

  @FieldResolver(() => Int, { description: 'How many have ended DENIED.' })
  async denied(@Root() { id }: RunBatch, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.totalsOfBatch.load(id)).denied;
  }

  @FieldResolver(() => Int, { description: 'How many have ended CANCELED.' })
  async canceled(@Root() { id }: RunBatch, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.totalsOfBatch.load(id)).canceled;
  }
}
