import { createClient } from 'graphql-ws';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { FollowedEvent } from '../support/test-client.ts';
import type { Client } from './client.ts';
import type { Ledger, Transcript } from './ledger.ts';
import type { Random } from './random.ts';

const PROGRESS = 'subscription ($runId: ID!, $after: Int) { runProgress(runId: $runId, after: $after) { sequence type message runStatus } }';

interface FollowOptions {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly runId: string;
  /** Everything has come to its end or waits: who follows a run that waits leaves now. */
  readonly isSettled: AbortSignal;
}

/** Follows a run from process to process: leaves when it likes, loses its connection, and comes back with the last number that it has seen. */
export async function follow({ client, ledger, random, runId, isSettled }: FollowOptions): Promise<void> {
  const transcript: Transcript = { runId, events: [], reconnects: 0, isComplete: false };
  ledger.transcripts.push(transcript);
  while (!transcript.isComplete && !isSettled.aborted) {
    const leaving = AbortSignal.any([isSettled, AbortSignal.timeout(random.between(500, 4_000))]);
    transcript.isComplete = await listen(client, transcript, leaving).catch(() => false); // its process is gone: there are others
    if (transcript.isComplete) return;
    transcript.reconnects += 1;
    await delay(random.between(20, 300));
  }
}

/** Whether the subscription came to its end. */
async function listen(client: Client, transcript: Transcript, leaving: AbortSignal): Promise<boolean> {
  const socket = createClient({ url: `${client.url().replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${client.key}` }, retryAttempts: 0 });
  const results = socket.iterate<{ runProgress: FollowedEvent }>({ query: PROGRESS, variables: { runId: transcript.runId, after: transcript.events.at(-1)?.sequence ?? 0 } });
  const leave = (): void => void results.return?.();
  leaving.addEventListener('abort', leave, { once: true });
  try {
    for await (const { data, errors } of results) {
      if (!data) throw new Error(JSON.stringify(errors));
      transcript.events.push(data.runProgress);
    }
    return !leaving.aborted;
  } finally {
    leaving.removeEventListener('abort', leave);
    await socket.dispose();
  }
}
