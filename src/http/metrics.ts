import type { FastifyInstance } from 'fastify';
import { hashSecret, isSecretOf } from '../auth/api-key-secret.js';
import type { Callers } from '../auth/caller.js';
import type { SignIn } from '../auth/sign-in.js';
import type { Metrics } from '../kernel/metrics.js';

interface Deps {
  readonly metrics: Metrics;
  /** Brings up to date what is not counted as it happens. */
  readonly refresh: () => Promise<void>;
  readonly callers: Callers;
  readonly signIn: SignIn;
  /** What a scraper may present instead of a key; undefined: only keys count. */
  readonly token: string | undefined;
}

/** /metrics, for Prometheus: with a key whose role allows it, or with METRICS_TOKEN. */
export function serveMetrics(server: FastifyInstance, { metrics, refresh, callers, signIn, token }: Deps): void {
  server.get('/metrics', async (request, reply) => {
    const caller = callers.of(request.raw);
    if (!isToken(token, caller.authorization)) (await signIn.signIn(caller)).assert('metrics:read');
    await refresh();
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** Hashes are of one length, whatever was presented, so comparing them tells nothing of either. */
function isToken(token: string | undefined, authorization = ''): boolean {
  return token !== undefined && isSecretOf(hashSecret(`Bearer ${token}`), authorization);
}
