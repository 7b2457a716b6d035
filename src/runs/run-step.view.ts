import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { DateTimeScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { Attempt } from './attempt.entity.js';
import { StepStatusEnum, VerificationEnum } from './run-status.view.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import type { StepError, StepStatus, Verification } from './run.types.js';
import { RunView } from './run.view.js';

@ObjectType('StepError', { description: 'Why a step or a try of it failed.' })
export class StepErrorView implements StepError {
  @Field({ description: 'UPPER_SNAKE and stable, for programs: TARGET_NOT_FOUND, THROTTLED, PRIVILEGED_ROLE_REQUIRED …' })
  code!: string;

  @Field({ description: 'What happened, in a sentence for people.' })
  message!: string;

  @Field({ description: 'Whether the same call may succeed later without anybody doing anything.' })
  retryable!: boolean;

  @Field(() => String, { nullable: true, description: 'What a person can do about it.' })
  remedy?: string;

  @Field(() => String, { nullable: true, description: 'The provider\'s own id of the refused call, for its support desk.' })
  providerRequestId?: string;
}

@ObjectType('Attempt', { description: 'One try of a step.' })
export class AttemptView implements Pick<Attempt, 'number' | 'providerRequestId'> {
  @Field(() => Int, { description: '1 for the first.' })
  number!: number;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  startedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; null: not yet.' })
  finishedAt!: Date | null;

  @Field(() => StepErrorView, { nullable: true, description: 'Why it failed; null when it did not.' })
  error!: StepError | null;

  @Field(() => String, { nullable: true, description: 'The provider\'s own id of the refused call; null when none was refused.' })
  providerRequestId!: string | null;
}

@ObjectType('RunStep', { implements: NodeView, description: 'A step of a run: the playbook\'s step as it stood when the run was started, and what became of it.' })
export class RunStepView extends NodeView implements Pick<RunStep, 'key' | 'status' | 'input' | 'output' | 'plan' | 'verification'> {
  @Field({ description: 'Its name in the playbook.' })
  key!: string;

  @Field(() => StepStatusEnum, { description: 'How far it has come.' })
  status!: StepStatus;

  @Field(() => JSONObjectScalar, { description: 'Its settings, as they stood when the run was started.' })
  input!: JsonObject;

  @Field(() => JSONObjectScalar, { nullable: true, description: 'What the action returned, by the action\'s output; null: nothing yet.' })
  output!: JsonObject | null;

  @Field(() => [String], { description: 'What it would change (dry run), or was going to change when it began; a sentence each.' })
  plan!: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it is tried again, or asks again for its turn at the tenant; null unless it waits for one of these.' })
  nextAttemptAt!: Date | null;

  @Field(() => VerificationEnum, { nullable: true, description: 'Whether its effect was seen at the provider; null: not known yet, or not meant to be.' })
  verification!: Verification | null;

  @Field(() => StepErrorView, { nullable: true, description: 'Why it failed, or why its last try did; null when nothing is wrong.' })
  error!: StepError | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its first try began; null: not yet.' })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; null: not yet.' })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'What resolveReview answers.' })
export class ResolveReviewPayload {
  @Field(() => RunStepView, { description: 'The step as it is now.' })
  step!: RunStep;

  @Field(() => RunView, { description: 'Its run as it is now.' })
  run!: Run;
}
