import type { TargetKind } from '@countermeasure/sdk';
import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../graphql/scalars.js';
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
export class GuardrailsView implements Guardrails {
  @Field(() => [ProtectedTargetView], { description: 'The targets that are never changed.' })
  protectedTargets!: ProtectedTarget[];
}

@ObjectType({ description: 'What updateGuardrails answers.' })
export class UpdateGuardrailsPayload {
  @Field(() => GuardrailsView, { description: 'The guardrails as they are now.' })
  guardrails!: Guardrails;
}
