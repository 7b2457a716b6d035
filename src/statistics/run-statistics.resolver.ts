import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { RunStatisticsArgs } from './run-statistics.input.js';
import type { RunStatistics } from './run-statistics.js';
import type { RunStatisticsService } from './run-statistics.service.js';
import { RunStatisticsView } from './run-statistics.view.js';

/** What is counted is far more than what is answered. A year can be asked for twice in an operation, two weeks seventy times. */
const COST_PER_DAY = 100;

@Resolver()
export class RunStatisticsResolver {
  constructor(private readonly service: RunStatisticsService) {}

  @Query(() => RunStatisticsView, {
    description: 'Runs and what became of them over the last days, and how long it took to contain.',
    complexity: ({ args, childComplexity }) => Math.max(1, Number(args['days'])) * COST_PER_DAY + childComplexity,
  })
  runStatistics(@Args(() => RunStatisticsArgs) args: RunStatisticsArgs, @Ctx() { session }: Context): Promise<RunStatistics> {
    return this.service.read(session, args);
  }
}
