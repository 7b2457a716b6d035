import type { Client } from 'graphql-ws';
import type { TestClient } from '../../test/support/test-client.ts';

/** A service with runs in its database, and what its clients ask about. */
export interface Stored {
  readonly client: TestClient;
  /** Open already, as that of somebody who has the page open. */
  readonly socket: Client;
  readonly playbookId: string;
  /** A run that was stored, in the middle of all of them. */
  readonly runId: string;
}

export interface Operation {
  readonly name: string;
  readonly carryOut: (stored: Stored) => Promise<unknown>;
  /** undefined: it is there to be known. */
  readonly atMost?: number;
}

const AT_MOST = 1.5;
const FULL = 25;
const RUN = 'id status createdAt finishedAt target { id displayName } playbook { id name } steps { key status }';
const PAGE = `pageInfo { hasNextPage endCursor } nodes { ${RUN} }`;
const RUNS = `query ($filter: RunFilter, $after: String) { runs(first: 25, filter: $filter, after: $after) { ${PAGE} } }`;
const APPROVALS = (mine: boolean): string => `query { approvals(first: 25, status: PENDING, mine: ${mine}) { nodes { id status expiresAt run { ${RUN} } step { key plan } } } }`;

/** Most pages have to be full: one that is not is cheaper. */
const list = (name: string, filter: (stored: Stored) => object, more: (stored: Stored) => object = () => ({}), entries = FULL): Operation => ({
  name,
  atMost: AT_MOST,
  carryOut: async (stored) => {
    const { runs } = await stored.client.ask<{ runs: { nodes: unknown[] } }>(RUNS, { filter: filter(stored), ...more(stored) });
    requireEntries(name, runs.nodes, entries);
  },
});

const approvals = (name: string, mine: boolean): Operation => ({
  name,
  atMost: AT_MOST,
  carryOut: async ({ client }) => requireEntries(name, (await client.ask<{ approvals: { nodes: unknown[] } }>(APPROVALS(mine))).approvals.nodes, FULL),
});

export const OPERATIONS: readonly Operation[] = [
  { name: 'starting a run', atMost: AT_MOST, carryOut: ({ client, playbookId }) => client.run(playbookId) },
  { name: 'starting a run and following it to its end', atMost: AT_MOST, carryOut: async (stored) => follow(stored, await stored.client.run(stored.playbookId)) },
  { name: 'following a run that is over', atMost: AT_MOST, carryOut: (stored) => follow(stored, stored.runId) },
  list('the first page of runs', () => ({})),
  list('a page of runs after a cursor', () => ({}), ({ runId }) => ({ after: Buffer.from(runId).toString('base64url') })),
  list('the first page of the failed runs', () => ({ status: ['FAILED'] })),
  list('the first page of runs that failed, were denied or canceled', () => ({ status: ['FAILED', 'DENIED', 'CANCELED'] })),
  list('the runs that need review, of which there are none', () => ({ status: ['NEEDS_REVIEW'] }), () => ({}), 0),
  list('the first page of the runs of a playbook', ({ playbookId }) => ({ playbookId })),
  list('the first page of the failed runs of a playbook', ({ playbookId }) => ({ playbookId, status: ['FAILED'] })),
  approvals('the first page of the approvals that wait', false),
  approvals('the first page of those that wait for me', true),
  { name: 'how many runs there are', carryOut: ({ client }) => client.ask('query { runs(first: 1) { totalCount } }') },
];

function requireEntries(name: string, nodes: readonly unknown[], entries: number): void {
  if (nodes.length !== entries) throw new Error(`${name} has ${nodes.length} entries.`);
}

async function follow({ socket }: Stored, runId: string): Promise<void> {
  let last: unknown;
  for await (const { data, errors } of socket.iterate<{ runProgress: { runStatus: string } }>({ query: 'subscription ($runId: ID!) { runProgress(runId: $runId) { sequence type message runStatus step { key status } } }', variables: { runId } })) {
    if (!data) throw new Error(JSON.stringify(errors));
    last = data.runProgress.runStatus;
  }
  if (last !== 'SUCCEEDED') throw new Error(`The run ended as ${String(last)}.`);
}
