import { Field, Int, ObjectType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { NodeView } from '../graphql/node.view.js';
import { PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import type { FiringOutcome, TriggerFiring } from './trigger-firing.entity.js';

export const FiringOutcomeEnum = describeEnum<FiringOutcome>('FiringOutcome', 'What came of an event that a trigger matched.', {
  STARTED: 'A run was started.',
  COOLDOWN: 'The same target had fired the trigger within its cooldown.',
  NO_TARGET: 'The event names nobody to act on, for certain.',
  PLAYBOOK_INACTIVE: 'The playbook was not active.',
  NOT_READY: 'The playbook could not run, or the trigger was linked to none; `reason` says why.',
  BLOCKED: 'A guardrail forbids it: the target is protected.',
});

@ObjectType('TriggerFiring', { implements: NodeView, description: 'What came of an event that a trigger matched, for one target and one playbook.' })
export class TriggerFiringView extends NodeView implements Pick<TriggerFiring, 'outcome' | 'reason' | 'at'> {
  @Field(() => FiringOutcomeEnum, { description: 'What came of it.' })
  outcome!: FiringOutcome;

  @Field(() => String, { nullable: true, description: 'Why nothing was started; null when something was.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at!: Date;
}

@ObjectType('TriggerFiringEdge', { description: 'A firing in a list.' })
export class TriggerFiringEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => TriggerFiringView, { description: 'The firing.' })
  node!: TriggerFiring;
}

@ObjectType('TriggerFiringConnection', { description: 'A page of a list of firings, newest first.' })
export class TriggerFiringListView implements ListView<TriggerFiring> {
  @Field(() => [TriggerFiringEdgeView], { description: 'The entries with their cursors.' })
  edges!: TriggerFiringEdgeView[];

  @Field(() => [TriggerFiringView], { description: 'The entries alone.' })
  nodes!: TriggerFiring[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}
