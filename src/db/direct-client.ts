import pg from 'pg';

/** Both ends notice a lost peer in seconds, not hours; and a session that says nothing is not ended for it. */
const OPTIONS = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=11000 -c idle_session_timeout=0';

/**
 * A session with PostgreSQL itself, for what lives as long as a session: locks, LISTEN. A pooler in transaction mode would
 * hand the session to others; it refuses these options, which `connectDirectly` explains.
 */
export function createDirectClient(url: string, applicationName: string): pg.Client {
  return new pg.Client({ connectionString: url, application_name: applicationName, keepAlive: true, options: OPTIONS });
}

export async function connectDirectly(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    if (error instanceof Error && error.message.includes('unsupported startup parameter')) {
      throw new Error('A pooler stands before the database, and some sessions have to reach PostgreSQL itself: give its own address in DATABASE_DIRECT_URL.', { cause: error });
    }
    throw error;
  }
}
