import type { ContactChannel } from '@countermeasure/sdk';
import { Field, InputType, Int } from 'type-graphql';
import { ContactChannelEnum } from '../auth/contact-channel.view.js';
import { DurationScalar } from '../graphql/scalars.js';
import type { ApprovalPolicyDraft } from './approval-policy.js';

@InputType({ description: 'Somebody to ask.' })
export class ApprovalContactInput {
  @Field(() => ContactChannelEnum, { description: 'How they are reached.' })
  channel!: ContactChannel;

  @Field({ description: 'Where: an e-mail address, or the URL of a webhook.' })
  address!: string;

  @Field(() => String, { nullable: true, description: 'Their name.' })
  name?: string | null;
}

@InputType({ description: 'What has to happen before the step is carried out; what is left out takes its default.' })
export class ApprovalPolicyInput {
  @Field(() => [ApprovalContactInput], { description: 'Who is asked: 1 to 20 contacts, each once.' })
  contacts!: ApprovalContactInput[];

  @Field(() => Int, { nullable: true, description: 'How many must approve: 1, the default, to the number of contacts.' })
  quorum?: number;

  @Field(() => DurationScalar, { nullable: true, description: 'How long there is time to decide: PT1S to P30D, PT4H by default.' })
  expiresAfter?: number;

  @Field({ nullable: true, description: 'Whether whoever started the run may approve it; false by default.' })
  allowSelfApproval?: boolean;
}

export function toApprovalPolicyDraft({ expiresAfter, ...policy }: ApprovalPolicyInput): ApprovalPolicyDraft {
  return { ...policy, expiresAfterMs: expiresAfter };
}
