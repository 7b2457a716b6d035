import { Args, Ctx, FieldResolver, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import type { RunEvent } from './run-event.entity.js';
import { RunStepView } from './run-step.view.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import { RunProgressArgs } from './run.input.js';
import { RunEventView, RunView } from './run.view.js';

@Resolver(() => RunEventView)
export class RunEventResolver {
  @Subscription(() => RunEventView, {
    subscribe: ({ args, context }: SubscribeResolverData<unknown, RunProgressArgs, Context>) => context.followRun(args.runId, args.after ?? 0),
    description: 'One run, from the event after `after`: first what is stored, then what comes. It completes when the run is over. After a cut connection, subscribe again with the sequence that was seen last.',
  })
  runProgress(@Root() event: RunEvent, @Args(() => RunProgressArgs) _args: RunProgressArgs): RunEvent {
    return event;
  }

  @FieldResolver(() => RunStepView, { nullable: true, description: 'The step that it concerns, as it is now; null: the run as a whole.' })
  step(@Root() { runStepId }: RunEvent, @Ctx() { loaders }: Context): Promise<RunStep> | null {
    return runStepId === null ? null : loaders.runStep.load(runStepId);
  }

  @FieldResolver(() => RunView, { description: 'The run, as it is now.' })
  run(@Root() { runId }: RunEvent, @Ctx() { loaders }: Context): Promise<Run> {
    return loaders.run.load(runId);
  }
}
