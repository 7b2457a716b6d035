import type { TargetKind } from '@countermeasure/sdk';
import { Field, Int, ObjectType } from 'type-graphql';
import type { Session } from '../auth/session.js';
import { DateTimeScalar, DurationScalar } from '../graphql/scalars.js';
import type { ApprovalContact } from '../playbooks/approval-policy.js';
import { ApprovalContactView, toApprovalPolicyView } from '../playbooks/approval-policy.view.js';
import { TargetKindEnum } from '../registry/catalogue.view.js';
import type { Guardrails } from './guardrails.types.js';
import type { ProtectedTarget } from './protected-target.entity.js';

@ObjectType('ProtectedTarget', { description: 'A target that no action of effect CHANGE or DESTROY ever touches, whoever asks: an account for emergencies.' })
export class ProtectedTargetView implements Pick<ProtectedTarget, 'kind' | 'id' | 'reason' | 'protectedAt'> {
  @Field(() => TargetKindEnum, { description: 'What kind of thing it is.' })
  kind!: TargetKind;

  @Field({ description: 'The provider\'s object id, or the name that it signs in with; in lower case.' })
  id!: string;

  @Field({ description: 'Why it is protected.' })
  reason!: string;

  @Field(() => DateTimeScalar, { description: 'Since when.' })
  protectedAt!: Date;
}

@ObjectType('Guardrails', { description: 'Limits on what may be done at all.' })
export class GuardrailsView {
  @Field(() => [ProtectedTargetView], { description: 'The targets that are never changed.' })
  protectedTargets!: readonly ProtectedTarget[];

  @Field({ description: 'The pause switch. true: nothing new starts, dry runs neither; what is under way ends by itself, and approvals can be decided. Runs are accepted and wait.' })
  paused!: boolean;

  pausedByKey!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when; null: it is not paused.' })
  pausedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why, as whoever paused it said; null: nothing was said, or it is not paused.' })
  pausedReason!: string | null;

  @Field(() => Int, { nullable: true, description: 'The blast radius: past so many targets changed within an hour, by all runs together, every step that would change one more waits for an approval. null: no limit.' })
  maxTargetsPerHour!: number | null;

  @Field(() => [ApprovalContactView], { description: 'Who is asked past that limit. Empty: nobody is told, and whoever may decide approvals finds it in the list.' })
  blastRadiusContacts!: readonly ApprovalContact[];

  @Field(() => DurationScalar, { description: 'How long they have to decide; PT24H by default.' })
  blastRadiusExpiresAfter!: number;
}

export function toGuardrailsView({ settings, protectedTargets }: Guardrails, session: Session): GuardrailsView {
  const { contacts, expiresAfter } = toApprovalPolicyView(settings.blastRadiusPolicy, session);
  return {
    protectedTargets,
    paused: settings.pausedAt !== null,
    pausedByKey: settings.pausedBy?.id ?? null,
    pausedAt: settings.pausedAt,
    pausedReason: settings.pausedReason,
    maxTargetsPerHour: settings.maxTargetsPerHour,
    blastRadiusContacts: contacts,
    blastRadiusExpiresAfter: expiresAfter,
  };
}

@ObjectType({ description: 'What updateGuardrails answers.' })
export class UpdateGuardrailsPayload {
  @Field(() => GuardrailsView, { description: 'The guardrails as they are now.' })
  guardrails!: GuardrailsView;
}
