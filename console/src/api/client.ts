import { retryExchange } from '@urql/exchange-retry';
import { Client, cacheExchange, fetchExchange, mapExchange, type CombinedError } from 'urql';
import { authorization } from '../session/credential.js';
import { refused } from '../session/session.js';
import { isUnreachable } from './fault.js';
import { tellWay } from './reachability.js';

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

const statusOf = (error: CombinedError | undefined): number | undefined => (error?.response as Response | undefined)?.status;

/** Looks at every answer: whether one came, and whether the credential still counts. */
const watchExchange = mapExchange({
  onResult({ error }) {
    tellWay('http', !error || !isUnreachable(error));
    if (statusOf(error) === 401) refused();
  },
});

/** Reading is tried until it succeeds; what changes something is asked for once, because nobody knows whether it was done. */
const readAgainExchange = retryExchange({
  initialDelayMs: SHORTEST_WAIT_MS,
  maxDelayMs: LONGEST_WAIT_MS,
  maxNumberAttempts: Infinity,
  retryIf: (error, operation) => operation.kind === 'query' && isUnreachable(error),
});

/** One client per sign-in: what one person has read is not there for the next. */
export const createClient = (): Client =>
  new Client({
    url: '/graphql',
    preferGetMethod: false,
    exchanges: [cacheExchange, readAgainExchange, watchExchange, fetchExchange],
    fetchOptions: () => ({ headers: { authorization: authorization() }, credentials: 'omit' }),
  });
