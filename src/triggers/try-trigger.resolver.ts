import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { givenOf } from '../kernel/json.js';
import type { BacktestResult } from './backtest.js';
import { BacktestTriggerInput, TestEventInput, TestTriggerInput } from './try-trigger.input.js';
import type { Trial, TryTriggerService } from './try-trigger.service.js';
import { TriggerBacktestView, TriggerTestView, TriggerVerdictView } from './try-trigger.view.js';

@Resolver()
export class TryTriggerResolver {
  constructor(private readonly trials: TryTriggerService) {}

  @Query(() => [TriggerTestView], { description: 'Which active triggers an event would fire, and why the others would not: nothing is started. Those that would fire come first.' })
  async testEvent(@Arg('input', () => TestEventInput, { description: 'The event.' }) input: TestEventInput, @Ctx() { session }: Context): Promise<TriggerTestView[]> {
    return (await this.trials.testEvent(session, givenOf(input))).map(({ trigger, ...trial }) => ({ trigger, ...toView(trial) }));
  }

  @Query(() => TriggerVerdictView, { description: 'Whether one trigger, saved or not, active or not, would fire on an event, and which condition fails if not: nothing is started.' })
  async testTrigger(@Arg('input', () => TestTriggerInput, { description: 'The trigger and the event.' }) { event, expression, timeZone, target, ...rest }: TestTriggerInput, @Ctx() { session }: Context): Promise<TriggerVerdictView> {
    return toView(await this.trials.testTrigger(session, { ...givenOf(rest), expression, timeZone, target }, givenOf(event ?? {})));
  }

  @Query(() => TriggerBacktestView, { description: 'How often a trigger, saved or not, would have fired on the events already received: nothing is started.' })
  backtestTrigger(@Arg('input', () => BacktestTriggerInput, { description: 'The trigger.' }) { cooldown, expression, timeZone, target, ...rest }: BacktestTriggerInput, @Ctx() { session }: Context): Promise<BacktestResult> {
    return this.trials.backtest(session, { ...givenOf(rest), expression, timeZone, target, cooldownMs: cooldown });
  }
}

function toView({ verdict, targets, problem }: Trial): TriggerVerdictView {
  const failed = verdict.fires ? { failedCondition: null, seen: null, reason: targets.length > 0 ? null : (problem ?? 'The event names no target for certain.') } : verdict;
  return { fires: verdict.fires, failedCondition: failed.failedCondition, seen: failed.seen, reason: failed.reason, targets: targets.map(({ kind, id }) => ({ kind, id, displayName: id, username: null, privileged: null })) };
}
