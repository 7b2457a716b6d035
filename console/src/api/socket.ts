import { createClient, type Client } from 'graphql-ws';
import { authorization } from '../session/credential.js';
import { tellWay } from './reachability.js';

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

/** The one socket of the tab, opened when something is followed. Whoever follows reconnects by itself: see follow.ts. */
function openSocket(): Client {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: () => ({ authorization: authorization() }),
    retryAttempts: 0,
    // A follower's end is no fault; each tells its own.
    onNonLazyError: () => undefined,
    keepAlive: PING_EVERY_MS,
    on: {
      connected: () => tellWay('socket', true),
      // A connection that is dead without having been closed, after the computer slept, say.
      ping: (isReceived) => {
        if (!isReceived) waiting = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(waiting);
      },
      closed: () => clearTimeout(waiting),
    },
  });
  return client;
}

export const socket = openSocket();
