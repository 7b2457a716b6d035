import { Field, Int, ObjectType } from 'type-graphql';
import { ConnectionView } from '../connections/connection.view.js';
import type { Connection } from '../connections/connection.entity.js';
import { describeEnum } from '../graphql/enums.js';
import { NodeView } from '../graphql/node.view.js';
import { PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar, DurationScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import type { Playbook } from './playbook.entity.js';
import type { OnFailure, RetryPolicy } from './step-policy.js';

export const OnFailureEnum = describeEnum<OnFailure>('OnFailure', 'What a failed step means for the others. The run counts as failed either way.', {
  STOP: 'Nothing more is started; what has not started is skipped.',
  CONTINUE: 'The steps behind it start all the same.',
});

@ObjectType('RetryPolicy', { description: 'How often a step is tried, and how long it waits in between. A provider\'s Retry-After is honoured on top of it.' })
export class RetryPolicyView {
  @Field(() => Int, { description: 'How often the step is tried at most; 5 by default.' })
  maxAttempts!: number;

  @Field(() => DurationScalar, { description: 'The wait before the second try; it doubles with every further one. PT2S by default.' })
  backoff!: number;

  @Field(() => DurationScalar, { description: 'The longest wait; PT5M by default.' })
  maxBackoff!: number;
}

export function toRetryPolicyView({ maxAttempts, backoffMs, maxBackoffMs }: RetryPolicy): RetryPolicyView {
  return { maxAttempts, backoff: backoffMs, maxBackoff: maxBackoffMs };
}

@ObjectType('PlaybookStep', { implements: NodeView, description: 'One action in a playbook, with its settings.' })
export class PlaybookStepView extends NodeView implements Pick<PlaybookStep, 'key' | 'active' | 'input' | 'runIf' | 'onFailure'> {
  @Field({ description: 'Its name in the playbook: unique there, and the same in every revision.' })
  key!: string;

  @Field({ description: 'An inactive step is skipped.' })
  active!: boolean;

  @Field(() => JSONObjectScalar, { description: 'Its settings, by the action\'s input.' })
  input!: JsonObject;

  @Field(() => String, { nullable: true, description: 'A CEL expression over event, run, target and steps; the step is skipped when it gives false. null: always.' })
  runIf!: string | null;

  @Field(() => OnFailureEnum, { description: 'What its failure means for the others; STOP by default.' })
  onFailure!: OnFailure;
}

@ObjectType('ReadinessProblem', { description: 'One reason why a playbook cannot run now, and what mends it.' })
export class ReadinessProblemView {
  @Field({ description: 'PLAYBOOK_INACTIVE, NO_STEPS, ACTION_UNAVAILABLE (its plugin is not loaded), INPUT_INVALID (the step\'s settings no longer fit), CONNECTION_MISSING, CONSENT_MISSING or CONNECTION_UNHEALTHY.' })
  code!: string;

  @Field({ description: 'What is wrong and how to mend it.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'The step that it concerns; null: the playbook as a whole.' })
  stepKey!: string | null;
}

@ObjectType('Readiness', { description: 'Whether a playbook can run now.' })
export class ReadinessView {
  @Field({ description: 'true when nothing stands in its way.' })
  ready!: boolean;

  @Field(() => [ReadinessProblemView], { description: 'Everything that stands in its way.' })
  problems!: ReadinessProblemView[];
}

@ObjectType('Playbook', { implements: NodeView, description: 'Named steps that serve one goal.' })
export class PlaybookView extends NodeView implements Pick<Playbook, 'name' | 'description' | 'active' | 'requiresReason' | 'revision'> {
  @Field({ description: 'Its name, for people.' })
  name!: string;

  @Field({ description: 'What it is for.' })
  description!: string;

  @Field({ description: 'An inactive playbook cannot be run.' })
  active!: boolean;

  @Field({ description: 'true: whoever runs it has to say why. A dry run needs no reason; a trigger gives its own.' })
  requiresReason!: boolean;

  @Field(() => Int, { description: 'Every save makes the next one; a run keeps the revision that it started from.' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was last saved.' })
  updatedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was deleted; its runs stay readable. null: it was not.' })
  deletedAt!: Date | null;
}

@ObjectType('PlaybookEdge', { description: 'A playbook in a list.' })
export class PlaybookEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => PlaybookView, { description: 'The playbook.' })
  node!: Playbook;
}

@ObjectType('PlaybookConnection', { description: 'A page of a list of playbooks, newest first.' })
export class PlaybookListView implements ListView<Playbook> {
  @Field(() => [PlaybookEdgeView], { description: 'The entries with their cursors.' })
  edges!: PlaybookEdgeView[];

  @Field(() => [PlaybookView], { description: 'The entries alone.' })
  nodes!: Playbook[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}

@ObjectType({ description: 'What createPlaybook answers.' })
export class CreatePlaybookPayload {
  @Field(() => PlaybookView, { description: 'The new playbook.' })
  playbook!: Playbook;
}

@ObjectType({ description: 'What updatePlaybook answers.' })
export class UpdatePlaybookPayload {
  @Field(() => PlaybookView, { description: 'The playbook as it is now.' })
  playbook!: Playbook;
}

@ObjectType({ description: 'What deletePlaybook answers.' })
export class DeletePlaybookPayload {
  @Field(() => PlaybookView, { description: 'The playbook that was deleted.' })
  playbook!: Playbook;
}

@ObjectType({ description: 'What addPlaybookStep answers.' })
export class AddPlaybookStepPayload {
  @Field(() => PlaybookView, { description: 'The playbook as it is now.' })
  playbook!: Playbook;

  @Field(() => PlaybookStepView, { description: 'The new step.' })
  step!: PlaybookStep;

  @Field(() => ConnectionView, { nullable: true, description: 'The tenant that the step acts on; null when none is chosen yet.' })
  connection!: Connection | null;
}

@ObjectType({ description: 'What updatePlaybookStep answers.' })
export class UpdatePlaybookStepPayload {
  @Field(() => PlaybookView, { description: 'The playbook as it is now.' })
  playbook!: Playbook;

  @Field(() => PlaybookStepView, { description: 'The step as it is now.' })
  step!: PlaybookStep;

  @Field(() => ConnectionView, { nullable: true, description: 'The tenant that the step acts on; null when none is chosen yet.' })
  connection!: Connection | null;
}

@ObjectType({ description: 'What removePlaybookStep answers.' })
export class RemovePlaybookStepPayload {
  @Field(() => PlaybookView, { description: 'The playbook as it is now.' })
  playbook!: Playbook;
}
