import type { ContactChannel } from '@countermeasure/sdk';
import { Field, ObjectType, createUnionType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { NodeView, typeNameOfId } from '../graphql/node.view.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import { TriggerActorView } from '../triggers/trigger-actor.view.js';
import type { ApiKey } from './api-key.entity.js';
import { ContactChannelEnum } from './contact-channel.view.js';
import type { Role } from './permissions.js';
import type { User } from './user.entity.js';

export const RoleEnum = describeEnum<Role>('Role', 'What somebody may do, as a named set of permissions.', {
  VIEWER: 'See everything but API keys, change nothing.',
  RESPONDER: 'See, start playbooks, resolve reviews, and pause all runs.',
  APPROVER: 'See; decide approvals, and pause all runs.',
  AUTHOR: 'See; write playbooks.',
  ADMIN: 'Everything.',
});

@ObjectType('ApiKey', { implements: NodeView, description: 'A key for programs. Its secret is shown once, when it is made, and never again. What it may do is shown to those who see API keys (api-key:read), and to whoever holds it; it is null for everybody else.' })
export class ApiKeyView extends NodeView implements Pick<ApiKey, 'name' | 'prefix' | 'createdAt'> {
  @Field({ description: 'What the key is for.' })
  name!: string;

  @Field({ description: 'The beginning of the key, to recognise it by.' })
  prefix!: string;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType('User', { implements: NodeView, description: 'Somebody who signs in with the identity provider: a person, or a program that has a token of it.' })
export class UserView extends NodeView implements Pick<User, 'name' | 'email'> {
  @Field({ description: 'As the identity provider gives it.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'The mail address that the identity provider gives; null: none. In approvals the user and the contact of that address are one person.' })
  email!: string | null;
}

@ObjectType('ContactActor', { description: 'Somebody who decided by the link that was sent to them.' })
export class ContactActorView {
  @Field(() => ContactChannelEnum, { description: 'How they were reached.' })
  channel!: ContactChannel;

  @Field({ description: 'Where they were reached; of a webhook only the host, because whoever has its address can write there.' })
  address!: string;
}

export const ActorUnion = createUnionType({
  name: 'Actor',
  description: 'Who did something.',
  types: () => [UserView, ApiKeyView, TriggerActorView, ContactActorView] as const,
  resolveType: (actor) => {
    if ('address' in actor) return 'ContactActor';
    return 'event' in actor ? 'TriggerActor' : typeNameOfId(actor.id);
  },
});

@ObjectType('Viewer', { description: 'Whoever is asking.' })
export class ViewerView {
  @Field(() => ActorUnion, { description: 'Who it is.' })
  actor!: UserView | ApiKeyView | TriggerActorView | ContactActorView;

  @Field(() => [RoleEnum], { description: 'What they may do.' })
  roles!: Role[];

  @Field(() => [String], { description: 'What the roles come to, permission by permission, such as run:start; a key with limits keeps what holds within them. It is what a screen needs to offer only what is allowed.' })
  permissions!: string[];
}
