import type { TargetKind } from '@countermeasure/sdk';
import { Field, InputType, Int } from 'type-graphql';
import { DurationScalar } from '../graphql/scalars.js';
import { ApprovalContactInput } from '../playbooks/approval-policy.input.js';
import { TargetKindEnum } from '../registry/catalogue.view.js';
import type { GuardrailsChange, TargetToProtect } from './guardrails.types.js';

@InputType({ description: 'A target to protect.' })
export class ProtectedTargetInput implements TargetToProtect {
  @Field(() => TargetKindEnum, { description: 'USER or DEVICE.' })
  kind!: TargetKind;

  @Field({ description: 'The provider\'s object id, or the name that it signs in with. Prefer the object id: a name can pass to somebody else.' })
  id!: string;

  @Field({ description: 'Why, 1 to 500 characters; whoever meets the refusal reads it.' })
  reason!: string;
}

@InputType({ description: 'A change of the guardrails; what is left out stays. A responder or approver may send paused: true, with or without a reason, and nothing else.' })
export class UpdateGuardrailsInput {
  @Field({ nullable: true, description: 'true: nothing new starts, in any process, within 2 s. false: everything that waited for it goes on.' })
  paused?: boolean;

  @Field({ nullable: true, description: 'Why it is paused, at most 500 characters; only together with paused: true.' })
  reason?: string;

  @Field(() => [ProtectedTargetInput], { nullable: true, description: 'The whole list of protected targets, at most 1,000; it takes the place of the one before.' })
  protectedTargets?: ProtectedTargetInput[];

  @Field(() => Int, { nullable: true, description: 'How many targets may be changed within an hour before people are asked: 0 to 1,000,000, null for no limit.' })
  maxTargetsPerHour?: number | null;

  @Field(() => [ApprovalContactInput], { nullable: true, description: 'The whole list of those who are asked past that limit, 20 at most. Empty: nobody is told, and whoever may decide approvals finds it in the list.' })
  blastRadiusContacts?: ApprovalContactInput[];

  @Field(() => DurationScalar, { nullable: true, description: 'How long they have to decide: PT1S to P30D.' })
  blastRadiusExpiresAfter?: number;
}

/** null means what leaving out means, but for the limit: there it means none. Durations are named for their unit inside. */
export function toGuardrailsChange({ paused, reason, protectedTargets, maxTargetsPerHour, blastRadiusContacts, blastRadiusExpiresAfter }: UpdateGuardrailsInput): GuardrailsChange {
  return {
    paused: paused ?? undefined,
    reason: reason ?? undefined,
    protectedTargets: protectedTargets ?? undefined,
    maxTargetsPerHour,
    blastRadiusContacts: blastRadiusContacts ?? undefined,
    blastRadiusExpiresAfterMs: blastRadiusExpiresAfter ?? undefined,
  };
}
