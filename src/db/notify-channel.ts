import pg from 'pg';
import type { Logger } from '../kernel/logger.js';
import type { Database } from './database.js';

const FLUSH_AFTER_MS = 20;
const RECONNECT_AFTER_MS = 1_000;

/** PostgreSQL refuses a notification of 8000 bytes or more. */
const MAX_PAYLOAD_BYTES = 7_500;

export interface NotifyListener {
  /** The newest number that some process told for a subject. */
  onNotice(subject: string, newest: number): void;
  /** Notices may have been lost while the session was down: read everything again. */
  onGap(): void;
}

/**
 * Tells all processes that a numbered subject has grown. Only hints travel here, the rows are the truth: a lost hint costs
 * time, never an event. Hints are sent after the commit and together, because a NOTIFY inside each transaction makes every
 * commit of the cluster wait for one lock.
 */
export class NotifyChannel {
  private readonly pending = new Map<string, number>();
  private flushTimer: NodeJS.Timeout | undefined;
  private reconnectTimer: NodeJS.Timeout | undefined;
  private session: pg.Client | undefined;
  private readonly listeners: NotifyListener[] = [];

  constructor(
    private readonly name: string,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  announce(subject: string, newest: number): void {
    this.pending.set(subject, Math.max(newest, this.pending.get(subject) ?? 0));
    this.flushTimer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  async listen(listener: NotifyListener): Promise<void> {
    this.listeners.push(listener);
    if (this.listeners.length === 1) await this.openSession();
  }

  async close(): Promise<void> {
    this.listeners.length = 0;
    clearTimeout(this.reconnectTimer);
    await this.flush();
    await this.session?.end();
    this.session = undefined;
  }

  private async flush(): Promise<void> {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    if (this.pending.size === 0) return;
    const payloads = pack([...this.pending].map(([subject, newest]) => `${subject}:${newest}`));
    this.pending.clear();
    try {
      await this.database.reader.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [this.name, payloads]);
    } catch (error) {
      this.logger.warn({ err: error, channel: this.name }, 'Followers could not be told at once; they will see it at their next look.');
    }
  }

  private async openSession(): Promise<void> {
    const session = new pg.Client({ connectionString: this.database.url, keepAlive: true, application_name: 'countermeasure-listen' });
    session.on('error', () => this.reopenLater(session));
    session.on('end', () => this.reopenLater(session));
    session.on('notification', ({ payload }) => this.deliver(payload ?? ''));
    await session.connect();
    await session.query(`listen ${pg.escapeIdentifier(this.name)}`);
    this.session = session;
  }

  private reopenLater(lost: pg.Client): void {
    if (this.listeners.length === 0 || (this.session !== undefined && this.session !== lost)) return;
    this.session = undefined;
    clearTimeout(this.reconnectTimer);
    this.reconnectTimer = setTimeout(() => void this.reopen(), RECONNECT_AFTER_MS);
  }

  private async reopen(): Promise<void> {
    try {
      await this.openSession();
      for (const listener of this.listeners) listener.onGap();
    } catch (error) {
      this.logger.warn({ err: error, channel: this.name }, 'The listening session is lost and could not be opened again yet.');
      if (this.listeners.length > 0) this.reconnectTimer = setTimeout(() => void this.reopen(), RECONNECT_AFTER_MS);
    }
  }

  private deliver(payload: string): void {
    for (const notice of payload.split(' ')) {
      const [subject, newest] = notice.split(':');
      if (subject && newest) for (const listener of this.listeners) listener.onNotice(subject, Number(newest));
    }
  }
}

function pack(notices: readonly string[]): string[] {
  const payloads: string[] = [];
  let current = '';
  for (const notice of notices) {
    if (current.length + notice.length + 1 > MAX_PAYLOAD_BYTES) {
      payloads.push(current);
      current = '';
    }
    current = current === '' ? notice : `${current} ${notice}`;
  }
  return [...payloads, current];
}
