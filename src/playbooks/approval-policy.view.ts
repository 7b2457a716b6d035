import type { ContactChannel } from '@countermeasure/sdk';
import { Field, Int, ObjectType } from 'type-graphql';
import { shownAddress } from '../auth/actor.js';
import type { Session } from '../auth/session.js';
import { ContactChannelEnum } from '../auth/contact-channel.view.js';
import { DurationScalar } from '../graphql/scalars.js';
import type { ApprovalContact, ApprovalPolicy } from './approval-policy.js';

@ObjectType('ApprovalContact', { description: 'Somebody who is asked.' })
export class ApprovalContactView implements ApprovalContact {
  @Field(() => ContactChannelEnum, { description: 'How they are reached.' })
  channel!: ContactChannel;

  @Field({ description: 'Where. Of a webhook, which everybody who has its address can write to, only the host is shown to those who cannot write playbooks.' })
  address!: string;

  @Field(() => String, { nullable: true, description: 'Their name; null: none was given.' })
  name!: string | null;
}

@ObjectType('ApprovalPolicy', { description: 'What has to happen before a step is carried out, whether it was started by hand or by a trigger.' })
export class ApprovalPolicyView {
  @Field(() => [ApprovalContactView], { description: 'Who is asked.' })
  contacts!: readonly ApprovalContact[];

  @Field(() => Int, { description: 'How many must approve; 1 by default. One denial ends it.' })
  quorum!: number;

  @Field(() => DurationScalar, { description: 'How long there is time to decide; PT4H by default.' })
  expiresAfter!: number;

  @Field({ description: 'false, the default: whoever started the run cannot approve it.' })
  allowSelfApproval!: boolean;
}

export function toApprovalPolicyView({ contacts, quorum, expiresAfterMs, allowSelfApproval }: ApprovalPolicy, session: Session): ApprovalPolicyView {
  const shown = session.may('playbook:write') ? contacts : contacts.map((contact) => ({ ...contact, address: shownAddress(contact) }));
  return { contacts: shown, quorum, expiresAfter: expiresAfterMs, allowSelfApproval };
}
