import type { TargetKind } from '@countermeasure/sdk';
import { Field, ObjectType } from 'type-graphql';
import { TargetKindEnum } from '../registry/catalogue.view.js';

@ObjectType('Target', { description: 'What a run acts on.' })
export class TargetView {
  @Field(() => TargetKindEnum, { description: 'What kind of thing it is.' })
  kind!: TargetKind;

  @Field({ description: 'In a search, the provider\'s object id. In a run, as it was named when the run was started: an object id or a user principal name.' })
  id!: string;

  @Field({ description: 'Its name as the provider shows it; the id until it was looked up.' })
  displayName!: string;

  @Field(() => String, { nullable: true, description: 'The name that a person signs in with; null until it was looked up, or when there is none.' })
  username!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it holds an administrative role; null when that could not be read.' })
  privileged!: boolean | null;
}
