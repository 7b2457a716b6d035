import type { ActionEffect, ActionOutcome, Replay, TargetKind } from '@countermeasure/sdk';
import { Field, ID, ObjectType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { NodeView } from '../graphql/node.view.js';
import { JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { RegisteredAction } from './registry.js';

export const ActionEffectEnum = describeEnum<ActionEffect>('ActionEffect', 'How far an action reaches.', {
  READ: 'It looks and changes nothing.',
  CHANGE: 'It changes something that can be changed back.',
  DESTROY: 'It removes something that does not come back.',
});

export const ActionOutcomeEnum = describeEnum<ActionOutcome>('ActionOutcome', 'What an action is good for.', {
  INVESTIGATE: 'Find out more.',
  CONTAIN: 'Stop the attacker from going on.',
  REMEDIATE: 'Close the way in.',
  RESTORE: 'Give back what was taken away to contain.',
  NOTIFY: 'Tell people.',
});

export const ReplayEnum = describeEnum<Replay>('Replay', 'What to do with a call whose outcome a crash or a timeout hid.', {
  SAFE: 'Call again: twice does no more than once.',
  VERIFY: 'Read back first, and call again only when the effect is not there.',
  MANUAL: 'Ask a person.',
});

export const TargetKindEnum = describeEnum<TargetKind>('TargetKind', 'What kind of thing is acted on.', {
  USER: 'A person\'s account.',
  DEVICE: 'A computer or telephone.',
  NONE: 'Nothing in particular: the action has all it needs in its settings.',
});

@ObjectType('Permission', { description: 'A permission that an action needs from its provider.' })
export class PermissionView {
  @Field({ description: 'The provider\'s own name of it, for example User.EnableDisableAccount.All.' })
  name!: string;

  @Field({ description: 'What it is needed for.' })
  reason!: string;
}

@ObjectType('Provider', { implements: NodeView, description: 'An outside system that can be acted on, brought by a plugin.' })
export class ProviderView extends NodeView {}

@ObjectType('Action', { implements: NodeView, description: 'Something that a provider can do to a target.' })
export class ActionView extends NodeView {}

@ObjectType('SandboxTenant', { description: 'A local imitation of a provider\'s tenant, for first steps, and an example that shows on it what the provider is for.' })
export class SandboxTenantView {
  @Field({ description: 'A name for its connection that says that it is a sandbox.' })
  connectionName!: string;

  @Field(() => JSONObjectScalar, { description: 'The settings of a connection to it.' })
  connectionSettings!: JsonObject;

  @Field(() => ID, { description: 'A target to try things on.' })
  exampleTargetId!: string;

  @Field({ description: 'A name for the example playbook.' })
  examplePlaybookName!: string;

  @Field({ description: 'Why somebody would run it.' })
  exampleReason!: string;

  @Field(() => [ActionView], { description: 'Its steps, in their order.' })
  exampleActions!: readonly RegisteredAction[];
}
