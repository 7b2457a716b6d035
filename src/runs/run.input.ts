import type { TargetKind, TargetReference } from '@countermeasure/sdk';
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { PageArgs } from '../graphql/page.view.js';
import { TargetKindEnum } from '../registry/catalogue.view.js';
import type { ResolveReview } from './review.service.js';
import { ReviewResolutionEnum, RunStatusEnum } from './run-status.view.js';
import type { ReviewResolution, RunStatus } from './run.types.js';

@InputType({ description: 'What to act on.' })
export class TargetInput implements Pick<TargetReference, 'id'> {
  @Field(() => TargetKindEnum, { nullable: true, description: 'What kind of thing it is. USER by default.' })
  kind: TargetKind | null = 'USER';

  @Field({ description: 'Its object id, or for a user the user principal name.' })
  id!: string;
}

@InputType({ description: 'A run to start.' })
export class RunPlaybookInput {
  @Field(() => ID, { description: 'The playbook.' })
  playbookId!: string;

  @Field(() => TargetInput, { description: 'What to act on.' })
  target!: TargetInput;

  @Field({ nullable: true, description: 'Only tell what would be changed, and change nothing. false by default.' })
  dryRun?: boolean;

  @Field({ nullable: true, description: 'Why, for those who look at the run later. A playbook can demand one, of at least a letter or digit; a dry run needs none.' })
  reason?: string;

  @Field({ nullable: true, description: 'Up to 200 characters of your own. The same key and input answer with the first run; the same key with another input is IDEMPOTENCY_CONFLICT.' })
  idempotencyKey?: string;
}

@InputType({ description: 'Runs to start together.' })
export class RunPlaybookBatchInput {
  @Field(() => ID, { description: 'The playbook.' })
  playbookId!: string;

  @Field(() => [TargetInput], { description: 'What to act on: 1 to 1,000 targets, none of them twice.' })
  targets!: TargetInput[];

  @Field({ nullable: true, description: 'Only tell what would be changed, and change nothing. false by default.' })
  dryRun?: boolean;

  @Field({ nullable: true, description: 'Why, for those who look at the runs later. A playbook can demand one, of at least a letter or digit; a dry run needs none.' })
  reason?: string;

  @Field({ nullable: true, description: 'Up to 200 characters of your own, for the batch as a whole. The same key and input answer with the first batch; the same key with another input is IDEMPOTENCY_CONFLICT.' })
  idempotencyKey?: string;
}

@InputType({ description: 'What a person found of a step that needs review.' })
export class ResolveReviewInput implements ResolveReview {
  @Field(() => ID, { description: 'The step.' })
  runStepId!: string;

  @Field(() => ReviewResolutionEnum, { description: 'What was found.' })
  resolution!: ReviewResolution;

  @Field({ nullable: true, description: 'A word on it, kept in the run\'s history.' })
  comment?: string;
}

@InputType({ description: 'Which runs; what is left out does not limit.' })
export class RunFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this playbook.' })
  playbookId?: string;

  @Field(() => [RunStatusEnum], { nullable: true, description: 'Only those in one of these states.' })
  status?: RunStatus[];

  @Field({ nullable: true, description: 'Only those against this target, as it was named when they were started.' })
  targetId?: string;

  @Field(() => ID, { nullable: true, description: 'Only those of this batch.' })
  batchId?: string;

  @Field({ nullable: true, description: 'Only dry runs, or only the others.' })
  dryRun?: boolean;
}

@InputType({ description: 'A run to cancel.' })
export class CancelRunInput {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field({ nullable: true, description: 'Why; it stays with the run.' })
  reason?: string;
}

@InputType({ description: 'A run to retry.' })
export class RetryRunInput {
  @Field(() => ID, { description: 'The run that ended FAILED, DENIED or CANCELED.' })
  runId!: string;

  @Field({ nullable: true, description: 'Why it is tried again; the reason of the run by default.' })
  reason?: string;

  @Field({ nullable: true, description: 'Up to 200 characters of your own. The same key and input answer with the first retry; the same key with another input is IDEMPOTENCY_CONFLICT.' })
  idempotencyKey?: string;
}

@InputType({ description: 'A run to undo.' })
export class UndoRunInput {
  @Field(() => ID, { description: 'The run, which is finished.' })
  runId!: string;

  @Field({ nullable: true, description: 'Why it is taken back. A playbook that demands a reason demands one here, too.' })
  reason?: string;

  @Field({ nullable: true, description: 'Up to 200 characters of your own. The same key and input answer with the first undo; the same key with another input is IDEMPOTENCY_CONFLICT.' })
  idempotencyKey?: string;
}

@ArgsType()
export class RunsArgs extends PageArgs {
  @Field(() => RunFilter, { nullable: true, description: 'Which runs; all of them by default.' })
  filter?: RunFilter;
}

@ArgsType()
export class RunActivityArgs {
  @Field(() => RunFilter, { nullable: true, description: 'Which runs; all of them by default.' })
  filter?: RunFilter | null;
}

@ArgsType()
export class RunEventsArgs {
  @Field(() => Int, { nullable: true, description: 'Only the events after this sequence. 0, the default: from the start.' })
  after?: number;

  @Field(() => Int, { nullable: true, description: 'How many at most: 1 to 1000, 100 by default.' })
  first?: number;
}

@ArgsType()
export class RunProgressArgs {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => Int, { nullable: true, defaultValue: 0, description: 'The sequence that was seen last; 0: from the start.' })
  after?: number | null;
}
