import { HelperProcess } from '../helper-process.ts';
import type { Service } from '../processes.ts';
import type { Report, Wanted } from './messages.ts';

export type Subscribers = HelperProcess<object, Report>;

/** Below what one key may have open, as it is with a team that looks at an incident. */
const SOCKETS_PER_KEY = 100;

const PROGRESS = `subscription ($runId: ID!) {
  runProgress(runId: $runId) { sequence type at message runStatus step { id key status } run { id status } }
}`;

/** A run that waits for a worker, and what its subscribers have to know: each of a hundred has the key of a VIEWER. */
export async function setScene({ client, tenantId, url }: Service, sockets: number): Promise<{ runId: string; wanted: Wanted }> {
  const connectionId = await client.connect('entra-id', { tenantId });
  const { id: playbookId } = await client.createPlaybook([{ action: 'entra-id:clear-user-sessions', connectionId }]);
  const runId = await client.run(playbookId);
  const keys: string[] = [];
  for (let key = 0; key < sockets / SOCKETS_PER_KEY; key += 1) {
    const { createApiKey } = await client.ask<{ createApiKey: { secret: string } }>('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }', { input: { name: `Screen ${key}`, roles: ['VIEWER'] } });
    keys.push(createApiKey.secret);
  }
  return { runId, wanted: { url: `${url.replace('http', 'ws')}/graphql`, sockets, subscription: { keys, query: PROGRESS, variables: { runId } } } };
}

/** A process that opens all the sockets, and gives it when they are open. */
export async function openSubscribers(wanted: Wanted): Promise<Subscribers> {
  const { helper } = await HelperProcess.start<object, Report>('fanout/subscribers.ts', [JSON.stringify(wanted)]);
  return helper;
}
