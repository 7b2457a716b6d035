import { Field, Int, ObjectType } from 'type-graphql';
import { TargetView } from '../connections/target.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { BacktestResult } from './backtest.js';
import type { Condition } from './conditions.js';
import type { Trigger } from './trigger.entity.js';
import { ConditionView, TriggerView } from './trigger.view.js';

@ObjectType('TriggerVerdict', { description: 'What the rules of a trigger make of an event.' })
export class TriggerVerdictView {
  @Field({ description: 'Whether the event matches it.' })
  fires!: boolean;

  @Field(() => ConditionView, { nullable: true, description: 'The first condition that does not hold; null: all hold.' })
  failedCondition!: Condition | null;

  @Field(() => String, { nullable: true, description: 'What was seen in that condition\'s field.' })
  seen!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it would not fire, or would not find a target; null when nothing is in the way.' })
  reason!: string | null;

  @Field(() => [TargetView], { description: 'What it would act on.' })
  targets!: TargetView[];
}

@ObjectType('TriggerTest', { description: 'What a trigger would make of an event.' })
export class TriggerTestView extends TriggerVerdictView {
  @Field(() => TriggerView, { description: 'The trigger.' })
  trigger!: Trigger;
}

@ObjectType('TriggerBacktestDay', { description: 'One day of a backtest, in UTC.' })
export class TriggerBacktestDayView {
  @Field({ description: 'The day, 2026-03-01.' })
  day!: string;

  @Field(() => Int, { description: 'How many events of the type were received.' })
  events!: number;

  @Field(() => Int, { description: 'How many of them match.' })
  matched!: number;

  @Field(() => Int, { description: 'How often it would have fired, per target.' })
  fired!: number;
}

@ObjectType('TriggerBacktestTarget', { description: 'A target on which a trigger would have fired.' })
export class TriggerBacktestTargetView {
  @Field({ description: 'As the events name it, in lower case.' })
  id!: string;

  @Field(() => Int, { description: 'How often.' })
  fired!: number;
}

@ObjectType('TriggerBacktest', { description: 'How often a trigger would have fired on events that were received.' })
export class TriggerBacktestView implements BacktestResult {
  @Field(() => DateTimeScalar, { description: 'From when the events are.' })
  from!: Date;

  @Field(() => DateTimeScalar, { description: 'Until when.' })
  to!: Date;

  @Field(() => Int, { description: 'How many events of the type were looked at.' })
  events!: number;

  @Field(() => Int, { description: 'How many of them match.' })
  matched!: number;

  @Field(() => Int, { description: 'How often it would have fired: per event and target, less what the cooldown holds back.' })
  fired!: number;

  @Field(() => Int, { description: 'How many match and name nobody to act on.' })
  withoutTarget!: number;

  @Field(() => Int, { description: 'How often the cooldown would have held it back.' })
  heldByCooldown!: number;

  @Field(() => [TriggerBacktestDayView], { description: 'Day by day.' })
  perDay!: TriggerBacktestDayView[];

  @Field(() => [TriggerBacktestTargetView], { description: 'The targets, the most frequent first, at most 100.' })
  targets!: TriggerBacktestTargetView[];

  @Field({ description: 'false: there were more than 50,000 events, or it took longer than 15 s; the newest are not counted then.' })
  isComplete!: boolean;
}
