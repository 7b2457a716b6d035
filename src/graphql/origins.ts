import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';

/**
 * Which web pages may open sockets here. Browsers ask nobody before they open one to another site, and tell by `Origin`
 * whose page it is; programs send none. The caller still has to sign in: this only keeps other people's pages from trying.
 */
export class AllowedOrigins {
  constructor(
    private readonly listed: readonly string[],
    private readonly publicUrl: () => string,
  ) {}

  mayOpenSocket(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    return origin === new URL(this.publicUrl()).origin || this.listed.includes(origin) || isOwn(origin, host);
  }
}

/** Pages of other origins may call what is served here only when some are listed. There are no cookies, so no credentials either. */
export async function allowPages(server: FastifyInstance, listed: readonly string[]): Promise<void> {
  if (listed.length === 0) return;
  await server.register(cors, { origin: [...listed], methods: ['POST'], allowedHeaders: ['authorization', 'content-type'], exposedHeaders: ['retry-after', 'x-request-id'], maxAge: 600 });
}

/** The page comes from the very address that it talks to. Only by an IP address or localhost: any other name could be made to lead here by whoever owns it. */
function isOwn(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  const name = page.hostname.replace(/^\[|\]$/g, '');
  return page.host === host && (name === 'localhost' || isIP(name) !== 0);
}
