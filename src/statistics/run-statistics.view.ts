import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { RunCounts, RunStatistics, TimeToContain } from './run-statistics.js';

@ObjectType('RunCounts', { description: 'What has become of a number of runs by now. Dry runs are left out; retries and undos are runs of their own.' })
export class RunCountsView implements RunCounts {
  @Field(() => Int, { description: 'How many were started.' })
  started!: number;

  @Field(() => Int, { description: 'How many of them are not over yet.' })
  unfinished!: number;

  @Field(() => Int, { description: 'How many have ended SUCCEEDED.' })
  succeeded!: number;

  @Field(() => Int, { description: 'How many have ended FAILED.' })
  failed!: number;

  @Field(() => Int, { description: 'How many have ended DENIED.' })
  denied!: number;

  @Field(() => Int, { description: 'How many have ended CANCELED.' })
  canceled!: number;
}

@ObjectType('RunStatisticsDay', { description: 'What has become of the runs that were started on one day.' })
export class RunStatisticsDayView extends RunCountsView {
  @Field({ description: 'The day, 2026-03-01, in the time zone that was asked for.' })
  day!: string;
}

@ObjectType('TimeToContainPart', { description: 'Runs that took about the same time.' })
export class TimeToContainPartView {
  @Field(() => Int, { description: 'They took so long or longer, in seconds.' })
  fromSeconds!: number;

  @Field(() => Int, { nullable: true, description: 'They took less than this, in seconds; null: there is no limit.' })
  toSeconds!: number | null;

  @Field(() => Int, { description: 'How many there are.' })
  runs!: number;
}

@ObjectType('TimeToContain', {
  description: 'How long it takes from an event to the end of the last step that contains, one whose action has the outcome CONTAIN. It begins when the event occurred, not when it was received: so long the attacker could go on. Of runs that a trigger has started by an event, schedules apart, those count in which every containing step has succeeded, and at least one is there; in runs that have SUCCEEDED some may be skipped. What a retry completes counts for the retry.',
})
export class TimeToContainView implements TimeToContain {
  @Field(() => Int, { description: 'How many runs count.' })
  runs!: number;

  @Field(() => Float, { nullable: true, description: 'Half of them took no longer, in seconds; null: there are none.' })
  medianSeconds!: number | null;

  @Field(() => Float, { nullable: true, description: 'Nine of ten took no longer, in seconds; null: there are none.' })
  percentile90Seconds!: number | null;

  @Field(() => [TimeToContainPartView], { description: 'How many took how long: always the same parts, the shortest first, empty ones, too.' })
  histogram!: TimeToContainPartView[];
}

@ObjectType('RunStatistics', { description: 'What runs came to over the last days, as of the moment of the answer. Dry runs are left out.' })
export class RunStatisticsView implements RunStatistics {
  @Field(() => DateTimeScalar, { description: 'When the first day began.' })
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'The moment of the answer.' })
  to!: Date;

  @Field(() => RunCountsView, { description: 'All runs that were started in that time.' })
  runs!: RunCountsView;

  @Field(() => [RunStatisticsDayView], { description: 'Day by day, the oldest first; days without runs, too.' })
  perDay!: RunStatisticsDayView[];

  @Field(() => TimeToContainView, { description: 'How long runs that were started in that time took to contain.' })
  timeToContain!: TimeToContainView;
}
