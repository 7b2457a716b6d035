import { isActionError, type EventPayload, type Notification } from '@countermeasure/sdk';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ConnectionStore } from '../connections/connection.store.js';
import type { CredentialVault } from '../connections/credential-vault.js';
import type { Database } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import type { Registry } from '../registry/registry.js';
import { ownKey, type AcceptedEvent, type EventIntake, type IncomingEvent } from './event-intake.js';
import type { EventFeed } from './event-feed.entity.js';
import type { EventFeedStore } from './event-feed.store.js';
import type { EventSource } from './event-source.entity.js';
import type { EventSourceStore } from './event-source.store.js';
import type { HookLedger } from './hook-ledger.js';
import { HookRefused } from './hook-refused.js';
import { hashOfDelivery, isSignedBy, isTimely, readSignatureHeaders, type SignatureHeaders } from './signature.js';
import { isSourceName } from './source-name.js';
import type { TriggerWakeups } from './trigger-queue.js';

/** A request to /hooks/<name>, as it came. */
export interface HookRequest {
  readonly name: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type HookAnswer = { readonly kind: 'ACCEPTED'; readonly events: readonly AcceptedEvent[] } | { readonly kind: 'HANDSHAKE'; readonly text: string };

interface Deps {
  readonly database: Database;
  readonly sources: EventSourceStore;
  readonly feeds: EventFeedStore;
  readonly connections: ConnectionStore;
  readonly intake: EventIntake;
  readonly ledger: HookLedger;
  readonly vault: CredentialVault;
  readonly registry: Registry;
  readonly wakeups: TriggerWakeups;
}

/** Events that other systems post: signed ones of event sources, and notifications of a connection's provider. */
export class HookService {
  constructor(private readonly deps: Deps) {}

  /** Answers when everything is safely stored. Throws HookRefused, and counts it. */
  async receive(request: HookRequest): Promise<HookAnswer> {
    try {
      return isId('eventFeed', request.name) ? await this.receiveNotifications(request) : await this.receiveSigned(request);
    } catch (error) {
      if (error instanceof HookRefused) this.deps.ledger.count(error.source, error.code);
      throw error;
    }
  }

  /** What never got so far as to be read. */
  refuse(refusal: HookRefused): HookRefused {
    this.deps.ledger.count(refusal.source, refusal.code);
    return refusal;
  }

  private async receiveSigned({ name, headers, body }: HookRequest): Promise<HookAnswer> {
    const { database, sources, intake } = this.deps;
    const source = isSourceName(name) ? await sources.findByName(database.reader, name) : null;
    if (!source) throw new HookRefused('UNKNOWN_SOURCE', '');
    const signed = await this.requireSignature(source, headers, body);
    if (!source.active) throw new HookRefused('SOURCE_INACTIVE', name);
    const content = readJson(body, name);
    const posted: readonly unknown[] = Array.isArray(content) ? content : [content];
    const problems = intake.problemsOf(posted.map((payload) => ({ type: source.eventType, payload })), []);
    if (problems.length > 0) throw new HookRefused('INVALID_EVENTS', name, problems);
    const incoming = this.toEvents(source, signed, posted as readonly EventPayload[]);
    const receivedAt = new Date();
    const events = await database.transact(async (tx) => {
      if (!(await sources.insertDelivery(tx, { sourceId: source.id, signatureHash: hashOfDelivery(signed, body), receivedAt }))) throw new HookRefused('REPLAYED', name);
      await sources.markReceived(tx, source.id, receivedAt);
      return intake.accept(tx, incoming, `hook:${name}`, []);
    }).catch((error: unknown) => {
      throw error instanceof DomainError ? new HookRefused('KEY_REUSED', name, error.problems) : error;
    });
    return { kind: 'ACCEPTED', events };
  }

  private async requireSignature(source: EventSource, headers: HookRequest['headers'], body: Buffer): Promise<SignatureHeaders> {
    const signed = readSignatureHeaders(headers);
    if (!signed) throw new HookRefused('SIGNATURE_MISSING', source.name);
    const now = new Date();
    if (!isTimely(signed, now)) throw new HookRefused('TIMESTAMP_OUT_OF_RANGE', source.name);
    if (!isSignedBy(await this.secretsOf(source, now), signed, body)) throw new HookRefused('SIGNATURE_INVALID', source.name);
    return signed;
  }

  private async secretsOf({ id, sealedSecret, sealedPreviousSecret, previousSecretUntil }: EventSource, now: Date): Promise<string[]> {
    const isPreviousGood = sealedPreviousSecret !== null && previousSecretUntil !== null && previousSecretUntil > now;
    const sealed = isPreviousGood ? [sealedSecret, sealedPreviousSecret] : [sealedSecret];
    return Promise.all(sealed.map(async (text) => String((await this.deps.vault.open(id, text))['secret'])));
  }

  /** An event without an identity of its own has that of the message that brought it. */
  private toEvents({ name, eventType }: EventSource, { id }: SignatureHeaders, payloads: readonly EventPayload[]): IncomingEvent[] {
    const registered = this.deps.registry.eventType(eventType);
    return payloads.map((payload, index): IncomingEvent => {
      const hasIdentity = registered !== undefined && ownKey(registered, payload) !== null;
      return { type: eventType, payload, ...(!hasIdentity && { dedupeKey: `${name} ${id} ${index}` }) };
    });
  }

  private async receiveNotifications({ name: feedId, query, body }: HookRequest): Promise<HookAnswer> {
    const feed = await this.activeFeed(feedId);
    const kind = feed && this.deps.registry.eventType(feed.eventType)?.definition.feed;
    if (!feed || kind?.kind !== 'SUBSCRIBED') throw new HookRefused('UNKNOWN_SOURCE', '');
    const received = readNotifications(() => kind.receive({ query, body: readText(body, feedId) }), feedId);
    if (received.kind === 'HANDSHAKE') return { kind: 'HANDSHAKE', text: received.answer };
    const { notifications } = received;
    if (notifications.length === 0 || !notifications.every((notification) => isProved(feed, notification))) throw new HookRefused('UNAUTHENTICATED_NOTIFICATION', feedId);
    return { kind: 'ACCEPTED', events: await this.acceptNotifications(feed, notifications) };
  }

  /** A feed that is on, of a connection that there is. */
  private async activeFeed(id: string): Promise<EventFeed | undefined> {
    const { database, feeds, connections } = this.deps;
    const [feed] = await feeds.findByIds(database.reader, [id]);
    if (!feed?.active) return undefined;
    const [connection] = await connections.findByIds(database.reader, [feed.connectionId]);
    return connection?.deletedAt === null ? feed : undefined;
  }

  private async acceptNotifications(feed: EventFeed, notifications: readonly Notification[]): Promise<AcceptedEvent[]> {
    const { database, feeds, intake, wakeups } = this.deps;
    const incoming = notifications.flatMap(({ event }): IncomingEvent[] => (event ? [{ type: feed.eventType, payload: event }] : []));
    const problems = incoming.length === 0 ? [] : intake.problemsOf(incoming, []);
    if (problems.length > 0) throw new HookRefused('INVALID_EVENTS', feed.id, problems);
    return database.transact(async (tx) => {
      for (const { lifecycle } of notifications) if (lifecycle !== undefined) await feeds.noteLifecycle(tx, feed.id, lifecycle);
      if (notifications.some(({ lifecycle }) => lifecycle !== undefined)) await wakeups.look(tx, feed.id);
      return incoming.length === 0 ? [] : intake.accept(tx, incoming, `feed:${feed.connectionId}`, []);
    });
  }
}

function isProved({ subscriptionSecretHash }: EventFeed, { secret }: Notification): boolean {
  const hash = createHash('sha256').update(secret).digest();
  return subscriptionSecretHash?.length === hash.length && timingSafeEqual(subscriptionSecretHash, hash);
}

function readNotifications<T>(read: () => T, source: string): T {
  try {
    return read();
  } catch (error) {
    throw isActionError(error) ? new HookRefused('MALFORMED_BODY', source) : error;
  }
}

function readText(body: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new HookRefused('MALFORMED_BODY', source); // a decoder tells bytes that are no UTF-8 only by throwing
  }
}

function readJson(body: Buffer, source: string): unknown {
  const text = readText(body, source);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HookRefused('MALFORMED_BODY', source); // JSON.parse tells a malformed text only by throwing
  }
}
