import type pg from 'pg';
import { connectDirectly, createDirectClient } from './direct-client.js';

/** A database session of its own, beside the pool: for locks that live as long as a process. */
export class DatabaseSession {
  private isClosing = false;

  private constructor(private readonly client: pg.Client) {}

  /** `onLost` is called once when it ends without being closed. */
  static async open(url: string, applicationName: string, onLost: (cause: Error) => void): Promise<DatabaseSession> {
    const client = createDirectClient(url, applicationName);
    const session = new DatabaseSession(client);
    const lose = (cause: Error): void => {
      if (session.isClosing) return;
      session.isClosing = true;
      onLost(cause);
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('The database closed the session.')));
    await connectDirectly(client);
    return session;
  }

  async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.client.query<Row>(sql, [...parameters]);
    return rows;
  }

  /** Runs the work in one transaction of this session. */
  async transact(work: () => Promise<void>): Promise<void> {
    await this.client.query('begin');
    try {
      await work();
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback');
      throw error;
    }
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.client.end();
  }
}
