import pg from 'pg';

/** A database session of its own, beside the pool: for locks that live as long as a process. */
export class DatabaseSession {
  private isClosing = false;

  private constructor(private readonly client: pg.Client) {}

  /**
   * Opens a session that notices a lost peer in seconds, not hours. `onLost` is called once when it ends without being closed.
   * It must reach PostgreSQL directly: a pooler in transaction mode would hand the session to others.
   */
  static async open(url: string, applicationName: string, onLost: (cause: Error) => void): Promise<DatabaseSession> {
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      options: '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=11000 -c idle_session_timeout=0',
    });
    const session = new DatabaseSession(client);
    const lose = (cause: Error): void => {
      if (session.isClosing) return;
      session.isClosing = true;
      onLost(cause);
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('The database closed the session.')));
    await client.connect();
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
