import type { z } from 'zod';
import type { PermissionNeed } from './action.js';
import type { ProviderDefinition, TargetReference } from './provider.js';

/** What a field of an event holds. A list of a type is what a path through arrays finds. */
export type EventFieldType = 'STRING' | 'NUMBER' | 'BOOLEAN' | 'DATETIME' | 'ENUM' | 'STRING_LIST' | 'ENUM_LIST';

/** An event as the provider words it, field names and all. */
export type EventPayload = Readonly<Record<string, unknown>>;

/** Something in an event that conditions can look at. */
export interface EventField {
  /** Names with dots between, `location.city`; a name that holds an array leads into each of its elements. */
  readonly path: string;
  readonly title: string;
  readonly type: EventFieldType;
  /** The values there are, for ENUM and ENUM_LIST; those that are usual, for the others. */
  readonly values?: readonly string[];
  /** Whether it holds an IP address, which conditions can compare with networks. Default: false. */
  readonly isAddress?: boolean;
}

export interface ReadFeedContext<Client> {
  readonly client: Client;
  /** Everything from this moment on is wanted. */
  readonly since: Date;
  /** What the page before gave as `nextPage`; undefined for the first one. It may be used again after a crash. */
  readonly page: string | undefined;
  readonly signal: AbortSignal;
}

/** Events that are asked for, again and again. */
export interface PolledFeed<Client = unknown> {
  readonly kind: 'POLLED';
  readonly permissions: readonly PermissionNeed[];
  /** How long to wait between two looks. */
  readonly everyMs: number;
  /** How late the provider may show an event: each look goes back so far behind the one before. What was seen already is known by its dedupeKey. */
  readonly overlapMs: number;
  /** One page, the oldest events first. Throws ActionError, with `retryAfterMs` where the provider asks for patience. */
  read(context: ReadFeedContext<Client>): Promise<{ readonly events: readonly EventPayload[]; readonly nextPage?: string }>;
}

export interface SubscribeContext<Client> {
  readonly client: Client;
  /** Where the provider is to send notifications; an https address in production. */
  readonly notificationUrl: string;
  /** To be sent back with every notification: proof that it comes from the provider. */
  readonly secret: string;
  readonly signal: AbortSignal;
}

export interface SubscriptionContext<Client> {
  readonly client: Client;
  /** The provider's id of the subscription. */
  readonly subscriptionId: string;
  readonly signal: AbortSignal;
}

/** A POST to the notification URL, as it came. Anybody can send one. */
export interface NotificationRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One notification of a request. It counts only when its subscription is known and its secret is that subscription's. */
export interface Notification {
  readonly subscriptionId: string;
  readonly secret: string;
  /** The event that it tells; undefined for a notification about the subscription itself. */
  readonly event?: EventPayload;
  /** RENEW: extend it now. RECREATE: it is gone, make a new one. MISSED: some events were not sent. */
  readonly lifecycle?: 'RENEW' | 'RECREATE' | 'MISSED';
}

/** What a request to the notification URL turned out to be. */
export type ReceivedNotifications =
  | { readonly kind: 'HANDSHAKE'; /** Sent back as plain text. */ readonly answer: string }
  | { readonly kind: 'NOTIFICATIONS'; readonly notifications: readonly Notification[] };

/** Events that the provider sends by itself once it was asked to. */
export interface SubscribedFeed<Client = unknown> {
  readonly kind: 'SUBSCRIBED';
  readonly permissions: readonly PermissionNeed[];
  subscribe(context: SubscribeContext<Client>): Promise<{ readonly subscriptionId: string; readonly expiresAt: Date }>;
  renew(context: SubscriptionContext<Client>): Promise<{ readonly expiresAt: Date }>;
  /** Does nothing when it is gone already. */
  unsubscribe(context: SubscriptionContext<Client>): Promise<void>;
  /** Reads a request without trusting it. Throws ActionError when it is no notification at all. */
  receive(request: NotificationRequest): ReceivedNotifications;
}

export interface EventTypeDefinition<Client = unknown> {
  /** `<namespace>:<kebab-name>`, for ever: `entra-id:risk-detection`. */
  readonly id: string;
  readonly title: string;
  /** What it tells, when it comes, and what to know before acting on it. */
  readonly description: string;
  readonly fields: readonly [EventField, ...EventField[]];
  /** A payload as the provider documents it: for forms, tests and first steps. */
  readonly sample: EventPayload;
  /** Whom or what a payload is about; several where it names several, none where it names nobody for certain. Never guess. */
  targets(payload: EventPayload): readonly TargetReference[];
  /** When it happened, as the payload tells; undefined when it does not. */
  occurredAt(payload: EventPayload): string | undefined;
  /** The same whenever the same event comes again, by whatever way; undefined when the payload has no identity. */
  dedupeKey(payload: EventPayload): string | undefined;
  /** How a connection brings such events by itself; left out where others have to send them. */
  readonly feed?: PolledFeed<Client> | SubscribedFeed<Client>;
}

/** An event type as the registry holds it. */
export interface EventType<Client = unknown> extends EventTypeDefinition<Client> {
  readonly providerId: string;
}

/** Declares an event type of a provider; the client's type reaches its feed. */
export function defineEventType<Client>(provider: ProviderDefinition<z.ZodType, z.ZodObject, Client>, definition: EventTypeDefinition<Client>): EventType<Client> {
  return Object.freeze({ ...definition, providerId: provider.id });
}
