import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../graphql/scalars.js';
import { RoleEnum } from './actor.view.js';
import type { NewKey } from './api-key.service.js';
import type { Role } from './permissions.js';

@InputType({ description: 'An API key to make.' })
export class CreateApiKeyInput implements NewKey {
  @Field({ description: 'What the key is for, 1 to 200 characters.' })
  name!: string;

  @Field(() => [RoleEnum], { description: 'What it may do, at least one role.' })
  roles!: Role[];

  @Field(() => String, { nullable: true, description: 'The mail address of whoever holds it: in approvals, the key and the contact of that address are one person.' })
  email?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends by itself; never by default.' })
  expiresAt?: Date;

  @Field(() => [ID], { nullable: true, description: 'The playbooks that there are for it, at most 100; all by default. What is outside is not there for the key.' })
  playbookIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'The connections that there are for it, at most 100; all by default. Playbooks and runs that act on another one are not there for the key.' })
  connectionIds?: string[] | null;
}

@InputType({ description: 'An API key to end.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The key.' })
  id!: string;
}
