import { Callers } from './auth/caller.js';
import { FailedAttempts } from './auth/failed-attempts.js';
import { RateLimits, type RateLimitSettings } from './auth/rate-limits.js';
import type { Session } from './auth/session.js';
import type { RefusedSignIn } from './auth/sign-in-ledger.js';
import { SignIn } from './auth/sign-in.js';
import { ErrorMap } from './graphql/error-map.js';
import { addressReader } from './kernel/client-address.js';
import type { Logger } from './kernel/logger.js';
import type { Metrics } from './kernel/metrics.js';
import { Refusals } from './kernel/refusals.js';

export interface GuardOptions {
  readonly logger: Logger;
  readonly allowIntrospection: boolean;
  readonly trustedProxies: readonly string[];
  readonly rateLimits: RateLimitSettings;
}

interface Deps {
  readonly metrics: Metrics;
  readonly authenticate: (authorization: string | undefined) => Promise<Session>;
  readonly onRefusedSignIn: (refused: RefusedSignIn) => void;
}

/** What is asked of whoever comes, before anything else is. */
export function createGuard({ logger, trustedProxies, rateLimits, allowIntrospection }: GuardOptions, deps: Deps) {
  const { metrics } = deps;
  const refusals = new Refusals({ logger, metrics });
  const attempts = new FailedAttempts(rateLimits.failedSignInsPerMinute);
  const signIn = new SignIn({ ...deps, attempts, limits: new RateLimits(rateLimits) });
  return {
    metrics,
    refusals,
    attempts,
    callers: new Callers(addressReader(trustedProxies, warnOnce(logger))),
    errors: new ErrorMap({ logger, refusals, allowIntrospection, onUseless: (caller, isTooMuch) => void signIn.noteRefused(caller, isTooMuch) }),
    signIn,
  };
}

function warnOnce(logger: Logger): (proxy: string) => void {
  let isTold = false;
  return (proxy) => {
    if (!isTold) logger.warn({ proxy }, 'X-Forwarded-For came from an address that is not among TRUSTED_PROXIES, and is ignored. If that is your proxy, all who come through it share its limits: name it there.');
    isTold = true;
  };
}
