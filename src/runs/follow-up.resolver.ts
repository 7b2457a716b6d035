import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { givenOf } from '../kernel/json.js';
import { RetryRunPayload, UndoRunPayload } from './follow-up.view.js';
import type { RetryService } from './retry.service.js';
import type { Run } from './run.entity.js';
import { RetryRunInput, UndoRunInput } from './run.input.js';
import { RunView } from './run.view.js';
import type { UndoService } from './undo.service.js';

@Resolver(() => RunView)
export class FollowUpResolver {
  constructor(
    private readonly retries: RetryService,
    private readonly undos: UndoService,
  ) {}

  @Mutation(() => RetryRunPayload, { description: 'Goes on with a run that ended without success: a new run from the first step that did not succeed, with the same steps, target and dry-run flag. What succeeded is not done again. A run is retried once; after that, its retry is.' })
  async retryRun(@Arg('input', () => RetryRunInput, { description: 'Which one.' }) input: RetryRunInput, @Ctx() { session }: Context): Promise<RetryRunPayload> {
    return { run: await this.retries.retry(session, givenOf(input)) };
  }

  @Mutation(() => UndoRunPayload, { description: 'Takes back what a finished run changed: a new run of the inverse actions, in reverse order, on the same identity. Approvals and guardrails hold for it as for any other run.' })
  async undoRun(@Arg('input', () => UndoRunInput, { description: 'Which one.' }) input: UndoRunInput, @Ctx() { session }: Context): Promise<UndoRunPayload> {
    return this.undos.undo(session, givenOf(input));
  }

  @FieldResolver(() => RunView, { nullable: true, description: 'The run that this one goes on with; null: it is no retry.' })
  retryOf(@Root() { retryOfId }: Run, @Ctx() { loaders }: Context): Promise<Run | undefined> | null {
    return retryOfId === null ? null : loaders.relatedRun.load(retryOfId);
  }

  @FieldResolver(() => RunView, { nullable: true, description: 'The run that goes on with this one; null: it was not retried.' })
  async retriedBy(@Root() { id }: Run, @Ctx() { loaders }: Context): Promise<Run | undefined> {
    return (await loaders.followUpsOfRun.load(id)).find(({ retryOfId }) => retryOfId === id);
  }

  @FieldResolver(() => RunView, { nullable: true, description: 'The run whose changes this one takes back; null: it is no undo.' })
  undoes(@Root() { undoesId }: Run, @Ctx() { loaders }: Context): Promise<Run | undefined> | null {
    return undoesId === null ? null : loaders.relatedRun.load(undoesId);
  }

  @FieldResolver(() => RunView, { nullable: true, description: 'The newest run that takes back what this one did; its status tells whether it has. null: nobody asked for it.' })
  async undoneBy(@Root() { id }: Run, @Ctx() { loaders }: Context): Promise<Run | undefined> {
    return (await loaders.followUpsOfRun.load(id)).findLast(({ undoesId }) => undoesId === id);
  }
}
