export { ActionError, isActionError } from './action-error.js';
export type { ActionErrorOptions, ProviderTrouble } from './action-error.js';
export { defineProvider } from './provider.js';
export type {
  ConnectContext,
  PluginLogger,
  ProviderDefinition,
  ProviderPace,
  ResolvedTarget,
  ResolveTargetContext,
  SearchTargetsContext,
  TargetKind,
  TargetReference,
} from './provider.js';
export type { CheckContext, ConnectionReport, ConsentAnswerContext, ConsentDefinition, ConsentLinkContext, PrivilegedRoleDefinition } from './consent.js';
export { defineAction } from './action.js';
export type {
  Action,
  ActionContext,
  ActionDefinition,
  ActionEffect,
  ActionOutcome,
  PermissionNeed,
  Replay,
  RunContext,
  VerifyContext,
} from './action.js';
export { defineEventType } from './event-type.js';
export type {
  EventField,
  EventFieldType,
  EventPayload,
  EventType,
  EventTypeDefinition,
  Notification,
  NotificationRequest,
  PolledFeed,
  ReadFeedContext,
  ReceivedNotifications,
  SubscribeContext,
  SubscribedFeed,
  SubscriptionContext,
} from './event-type.js';
export { definePlugin, isPlugin } from './plugin.js';
export type { Plugin, PluginDefinition } from './plugin.js';
export type { Demonstration, Sandbox, StartSandbox, StartSandboxOptions, TargetState } from './sandbox.js';
export { defineChannel, defineChannelPlugin, isChannelPlugin } from './channel.js';
export type { ChannelDefinition, ChannelPlugin, ContactChannel, Notice, SendContext } from './channel.js';
