import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { TargetView } from '../connections/target.view.js';
import type { Context } from '../graphql/context.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import type { Run } from '../runs/run.entity.js';
import { RunView } from '../runs/run.view.js';
import type { ReceivedEvent } from './event.entity.js';
import { EventView } from './event.view.js';
import type { TriggerFiring } from './trigger-firing.entity.js';
import { TriggerFiringView } from './trigger-firing.view.js';
import type { Trigger } from './trigger.entity.js';
import { TriggerView } from './trigger.view.js';

@Resolver(() => TriggerFiringView)
export class TriggerFiringResolver {
  @FieldResolver(() => TriggerView, { description: 'The trigger that it fired.' })
  trigger(@Root() { triggerId }: TriggerFiring, @Ctx() { loaders }: Context): Promise<Trigger> {
    return loaders.trigger.load(triggerId);
  }

  @FieldResolver(() => EventView, { description: 'The event.' })
  event(@Root() { eventId }: TriggerFiring, @Ctx() { loaders }: Context): Promise<ReceivedEvent> {
    return loaders.event.load(eventId);
  }

  @FieldResolver(() => PlaybookView, { nullable: true, description: 'The playbook; null: it came to nothing before playbooks were looked at.' })
  async playbook(@Root() { playbookId }: TriggerFiring, @Ctx() { loaders }: Context): Promise<Playbook | null> {
    return playbookId === null ? null : loaders.playbook.load(playbookId);
  }

  @FieldResolver(() => TargetView, { nullable: true, description: 'The target, as the event names it, in lower case; null when it names none.' })
  target(@Root() { targetKind, targetId }: TriggerFiring): TargetView | null {
    return targetKind === null || targetId === null ? null : { kind: targetKind, id: targetId, displayName: targetId, username: null, privileged: null };
  }

  @FieldResolver(() => [RunView], { description: 'What it has started: one run, or none.' })
  async runs(@Root() { runId }: TriggerFiring, @Ctx() { loaders }: Context): Promise<Run[]> {
    return runId === null ? [] : [await loaders.run.load(runId)];
  }
}
