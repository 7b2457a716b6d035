import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { TestClient } from './test-client.js';

/** A secret that is recognised wherever it turns up, long enough to be one and unlike anything else. */
export function canary(kind: string): string {
  return `canary-${kind}-${randomBytes(12).toString('hex')}`;
}

/** Secrets by what they are, and everything in which none of them may be found. */
export class Canaries {
  readonly heard: { where: string; text: string }[] = [];
  private readonly planted = new Map<string, string>();

  plant<Text extends string>(what: string, secret: Text): Text {
    this.planted.set(what, secret);
    return secret;
  }

  hear(where: string, text: string): void {
    this.heard.push({ where, text });
  }

  /** What was found where, a line each; the same place once. */
  leaks(): string[] {
    const found = new Set<string>();
    for (const { where, text } of this.heard) {
      for (const [what, secret] of this.planted) {
        for (const spelling of spellings(secret)) {
          const at = text.indexOf(spelling);
          if (at >= 0) found.add(`${what} in ${where}: …${text.slice(Math.max(0, at - 80), at).replaceAll('\n', ' ')}`);
        }
      }
    }
    return [...found];
  }
}

/** As it is, and as it stands in JSON, in an address, in base64 and in hexadecimal digits. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // A part is a leak as well: the beginning of a canary is like nothing else.
  const parts = secret.startsWith('canary-') ? [secret.slice(0, 'canary-'.length + 4)] : [];
  return [...new Set([...parts, secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, '').slice(0, -1), bytes.toString('hex')])];
}

/** A client whose every answer is heard, head and body. */
export class HeardClient extends TestClient {
  constructor(
    private readonly canaries: Canaries,
    url: string,
    key: string,
  ) {
    super(url, key);
  }

  override async post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await super.post(body, headers);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.canaries.hear(`the answer to ${text.slice(0, 90)}`, JSON.stringify([...response.headers]) + (await response.clone().text()));
    return response;
  }
}

/** Every row of every table, as text, what is stored in bytes also as these bytes. */
export async function dumpDatabase(url: string): Promise<{ table: string; text: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`);
    const dumped: { table: string; text: string }[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      dumped.push({ table: name, text: rows.map(({ line }) => line).join('\n') });
    }
    return dumped;
  } finally {
    await client.end();
  }
}
