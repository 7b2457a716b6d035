import type { TargetKind } from '@countermeasure/sdk';
import { Field, InputType } from 'type-graphql';
import { TargetKindEnum } from '../registry/catalogue.view.js';
import type { TargetToProtect } from './guardrails.types.js';

@InputType({ description: 'A target to protect.' })
export class ProtectedTargetInput implements TargetToProtect {
  @Field(() => TargetKindEnum, { description: 'USER or DEVICE.' })
  kind!: TargetKind;

  @Field({ description: 'The provider\'s object id, or the name that it signs in with. Prefer the object id: a name can pass to somebody else.' })
  id!: string;

  @Field({ description: 'Why, 1 to 500 characters; whoever meets the refusal reads it.' })
  reason!: string;
}

@InputType({ description: 'A change of the guardrails; what is left out stays.' })
export class UpdateGuardrailsInput {
  @Field(() => [ProtectedTargetInput], { nullable: true, description: 'The whole list of protected targets, at most 1,000; it takes the place of the one before.' })
  protectedTargets?: ProtectedTargetInput[];
}
