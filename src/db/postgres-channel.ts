import pg from 'pg';
import type { Logger } from '../kernel/logger.js';
import type { Database } from './database.js';
import { connectDirectly, createDirectClient } from './direct-client.js';
import { NotifyChannel } from './notify-channel.js';

const RECONNECT_AFTER_MS = 1_000;

/** By LISTEN and NOTIFY: nothing is needed beside the database, and each process that listens has one session there. */
export class PostgresChannel extends NotifyChannel {
  private reconnectTimer: NodeJS.Timeout | undefined;
  private session: pg.Client | undefined;

  constructor(
    private readonly name: string,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {
    super();
  }

  protected get hasSession(): boolean {
    return this.session !== undefined;
  }

  protected async send(payloads: readonly string[]): Promise<void> {
    try {
      await this.database.reader.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [this.name, payloads]);
    } catch (error) {
      this.logger.warn({ err: error, channel: this.name }, 'Followers could not be told at once; they will see it at their next look.');
    }
  }

  protected async open(): Promise<void> {
    const session = createDirectClient(this.database.directUrl, 'countermeasure-listen');
    session.on('error', () => this.reopenLater(session));
    session.on('end', () => this.reopenLater(session));
    session.on('notification', ({ payload }) => this.deliver(payload ?? ''));
    await connectDirectly(session);
    await session.query(`listen ${pg.escapeIdentifier(this.name)}`);
    this.session = session;
  }

  protected async shut(): Promise<void> {
    clearTimeout(this.reconnectTimer);
    await this.session?.end();
    this.session = undefined;
  }

  private reopenLater(lost: pg.Client): void {
    if (!this.isListening || (this.session !== undefined && this.session !== lost)) return;
    this.session = undefined;
    clearTimeout(this.reconnectTimer);
    this.reconnectTimer = setTimeout(() => void this.reopen(), RECONNECT_AFTER_MS);
  }

  private async reopen(): Promise<void> {
    try {
      await this.open();
      this.tellGap();
    } catch (error) {
      this.logger.warn({ err: error, channel: this.name }, 'The listening session is lost and could not be opened again yet.');
      if (this.isListening) this.reconnectTimer = setTimeout(() => void this.reopen(), RECONNECT_AFTER_MS);
    }
  }
}
