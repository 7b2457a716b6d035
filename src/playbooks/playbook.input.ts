import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { PageArgs } from '../graphql/page.view.js';
import { DurationScalar, JSONObjectScalar } from '../graphql/scalars.js';
import { definedOf, givenOf, type JsonObject } from '../kernel/json.js';
import { ApprovalPolicyInput, toApprovalPolicyDraft } from './approval-policy.input.js';
import { OnFailureEnum } from './playbook.view.js';
import type { OnFailure, RetryPolicy } from './step-policy.js';

@InputType({ description: 'How often a step is tried; what is left out takes its default.' })
export class RetryPolicyInput {
  @Field(() => Int, { nullable: true, description: 'How often the step is tried at most: 1 to 20, 5 by default.' })
  maxAttempts?: number;

  @Field(() => DurationScalar, { nullable: true, description: 'The wait before the second try; it doubles with every further one. PT2S by default.' })
  backoff?: number;

  @Field(() => DurationScalar, { nullable: true, description: 'The longest wait; PT5M by default.' })
  maxBackoff?: number;
}

/** What can be set on a step, whether it is new or not. */
@InputType()
abstract class StepSettingsInput {
  @Field(() => ID, { nullable: true, description: 'The tenant to act on. A step without one can be saved, but the playbook is not ready.' })
  connectionId?: string | null;

  @Field({ nullable: true, description: 'An inactive step is skipped. true by default.' })
  active?: boolean;

  @Field(() => JSONObjectScalar, { nullable: true, description: 'Its settings, by the action\'s input. {} by default.' })
  input?: JsonObject;

  @Field(() => [String], { nullable: true, description: 'The keys of the steps that must be finished first. null: the step before it, the default; []: it starts at once.' })
  after?: string[] | null;

  @Field(() => String, { nullable: true, description: 'A CEL expression over event, run, target and steps, such as steps["suspend-user"].status == "SUCCEEDED". null: always.' })
  runIf?: string | null;

  @Field(() => OnFailureEnum, { nullable: true, description: 'What its failure means for the others. STOP by default.' })
  onFailure?: OnFailure;

  @Field(() => DurationScalar, { nullable: true, description: 'How long one attempt may take: PT0.1S to PT15M, PT30S by default.' })
  timeout?: number;

  @Field(() => RetryPolicyInput, { nullable: true, description: 'How often it is tried.' })
  retry?: RetryPolicyInput;

  @Field(() => ApprovalPolicyInput, { nullable: true, description: 'The box "Require approval": who has to approve before it is carried out. null: nobody, the default.' })
  approval?: ApprovalPolicyInput | null;
}

@InputType({ description: 'A step to put into a playbook.' })
export class PlaybookStepInput extends StepSettingsInput {
  @Field({ nullable: true, description: 'Its name in the playbook: a letter, then letters, digits, - and _. The action\'s name by default.' })
  key?: string;

  @Field(() => ID, { description: 'What it does, for example entra-id:suspend-user.' })
  action!: string;
}

@InputType({ description: 'A playbook to make.' })
export class CreatePlaybookInput {
  @Field({ description: 'A name for people, 1 to 200 characters.' })
  name!: string;

  @Field({ nullable: true, description: 'What it is for.' })
  description?: string;

  @Field({ nullable: true, description: 'An inactive playbook cannot be run. true by default.' })
  active?: boolean;

  @Field({ nullable: true, description: 'Whether whoever runs it has to say why. false by default.' })
  requiresReason?: boolean;

  @Field(() => [PlaybookStepInput], { nullable: true, description: 'Its steps, 50 at most. They run one after the other unless `after` says otherwise.' })
  steps?: PlaybookStepInput[];
}

@InputType({ description: 'A change of a playbook. What is left out stays as it is.' })
export class UpdatePlaybookInput {
  @Field(() => ID, { description: 'The playbook.' })
  id!: string;

  @Field(() => Int, { description: 'The revision that the change was made on; CONFLICT when somebody saved a newer one since.' })
  revision!: number;

  @Field({ nullable: true, description: 'A name for people, 1 to 200 characters.' })
  name?: string;

  @Field({ nullable: true, description: 'What it is for.' })
  description?: string;

  @Field({ nullable: true, description: 'An inactive playbook cannot be run.' })
  active?: boolean;

  @Field({ nullable: true, description: 'Whether whoever runs it has to say why.' })
  requiresReason?: boolean;

  @Field(() => [PlaybookStepInput], { nullable: true, description: 'All its steps anew. A step that keeps its key keeps its id.' })
  steps?: PlaybookStepInput[];
}

@InputType({ description: 'A playbook to delete.' })
export class DeletePlaybookInput {
  @Field(() => ID, { description: 'The playbook.' })
  id!: string;
}

@InputType({ description: 'A step to add to a playbook.' })
export class AddPlaybookStepInput extends PlaybookStepInput {
  @Field(() => ID, { description: 'The playbook.' })
  playbookId!: string;

  @Field(() => Int, { nullable: true, description: 'The revision that the change was made on; CONFLICT when somebody saved a newer one since. Left out: whatever is there.' })
  revision?: number;

  @Field(() => Int, { nullable: true, description: 'Where to put it, 0 for the first place. At the end by default.' })
  position?: number;
}

@InputType({ description: 'A change of one step. What is left out stays as it is.' })
export class UpdatePlaybookStepInput extends StepSettingsInput {
  @Field(() => ID, { description: 'The step.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The playbook\'s revision that the change was made on; CONFLICT when somebody saved a newer one since. Left out: whatever is there.' })
  revision?: number;

  @Field({ nullable: true, description: 'Another name in the playbook.' })
  key?: string;

  @Field(() => ID, { nullable: true, description: 'Another action.' })
  action?: string;
}

@InputType({ description: 'A step to take out of a playbook.' })
export class RemovePlaybookStepInput {
  @Field(() => ID, { description: 'The step.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The playbook\'s revision that the change was made on; CONFLICT when somebody saved a newer one since. Left out: whatever is there.' })
  revision?: number;
}

@ArgsType()
export class PlaybooksArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only those with this text in their name or description, whatever the case.' })
  search?: string;

  @Field(() => Boolean, { nullable: true, description: 'Only the active ones, or only the others.' })
  active?: boolean;
}

/** Durations are named for what they are outside, and for their unit inside. null means something where its description says so, else no more than leaving out. */
export function toStepDraft<Input extends StepSettingsInput>({ timeout, retry, approval, connectionId, after, runIf, ...rest }: Input) {
  const { maxAttempts, backoff, maxBackoff } = givenOf(retry ?? {});
  const policy: Partial<RetryPolicy> = definedOf({ maxAttempts, backoffMs: backoff, maxBackoffMs: maxBackoff });
  return { ...givenOf(rest), connectionId, after, runIf, timeoutMs: timeout ?? undefined, retry: policy, approval: approval && toApprovalPolicyDraft(approval) };
}
