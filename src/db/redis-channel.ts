import { createClient } from '@redis/client';
import type { Logger } from '../kernel/logger.js';
import { NotifyChannel } from './notify-channel.js';

const RECONNECT_AFTER_MS = 1_000;
const CONNECT_WITHIN_MS = 5_000;

/** A Redis that neither answers nor hangs up is found out by this, and connected to anew. */
const PING_EVERY_MS = 2_000;
const SILENT_FOR_MS = 6_000;

/**
 * By PUBLISH and SUBSCRIBE of Redis: for so many processes that their sessions would be too many for PostgreSQL. Nothing is
 * stored there. While Redis is away nobody is told anything; followers see what is new at their next look, and all of it.
 */
export class RedisChannel extends NotifyChannel {
  private readonly publisher;
  private readonly subscriber;
  /** Told once per outage, not once per try. */
  private isAway = false;

  constructor(
    private readonly name: string,
    url: string,
    private readonly logger: Logger,
  ) {
    super();
    const options = { url, pingInterval: PING_EVERY_MS, socket: { connectTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_FOR_MS, reconnectStrategy: RECONNECT_AFTER_MS } };
    // What cannot be sent at once is not worth sending later; but the subscription is to be made as soon as there is a session.
    this.publisher = createClient({ ...options, name: 'countermeasure-publish', disableOfflineQueue: true });
    this.subscriber = createClient({ ...options, name: 'countermeasure-listen' });
    for (const client of [this.publisher, this.subscriber]) client.on('error', (error: unknown) => this.tellAway(error));
    this.publisher.on('ready', () => (this.isAway = false));
    this.publisher.connect().catch((error: unknown) => this.tellAway(error));
  }

  /** Whether Redis answers there. */
  static async check(url: string): Promise<void> {
    const client = createClient({ url, socket: { connectTimeout: CONNECT_WITHIN_MS, reconnectStrategy: false } });
    client.on('error', () => undefined); // the call below fails with it
    await client.connect();
    await client.ping();
    client.destroy();
  }

  protected get hasSession(): boolean {
    return this.subscriber.isReady;
  }

  protected async send(payloads: readonly string[]): Promise<void> {
    try {
      await Promise.all(payloads.map((payload) => this.publisher.publish(this.name, payload)));
    } catch (error) {
      this.tellAway(error);
    }
  }

  /** Does not wait for a session: a service starts without Redis, too. */
  protected async open(): Promise<void> {
    this.subscriber.subscribe(this.name, (payload) => this.deliver(payload)).catch((error: unknown) => this.tellAway(error));
    // Its subscriptions are taken up again by the client itself, before this.
    this.subscriber.on('ready', () => this.tellGap());
    this.subscriber.connect().catch((error: unknown) => this.tellAway(error));
  }

  protected async shut(): Promise<void> {
    for (const client of [this.publisher, this.subscriber]) client.destroy();
  }

  private tellAway(error: unknown): void {
    if (this.isAway) return;
    this.isAway = true;
    this.logger.warn({ err: error, channel: this.name }, 'Redis is away: followers are not told at once and will see what is new at their next look.');
  }
}
