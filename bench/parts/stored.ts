import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { median, timed, type Figure } from '../figures.ts';
import { startService } from '../processes.ts';
import { fill, type Amounts } from '../stored/fill.ts';
import { OPERATIONS, type Operation, type Stored } from '../stored/operations.ts';

const ROUNDS = 60;
const WARM_UP = 10;
/** Enough for a full page of everything that is asked for: a list without entries would cost less, however large the tables. */
const FEW: Amounts = { runs: 300, waitingEvery: 10, failedEvery: 10 };
/** 10,000 of them wait, and 10,000 have failed. */
const MANY: Amounts = { runs: 1_000_000, waitingEvery: 100, failedEvery: 100 };

/** What it costs to start, to list and to follow runs when a million of them are stored and ten thousand wait for people, to what it costs when there is hardly anything. */
export async function measureStored(): Promise<Figure[]> {
  await using few = await open(FEW);
  await using many = await open(MANY);
  const figures: Figure[] = [{ part: 'stored', what: `making ${MANY.runs} runs by SQL`, value: many.filledMs / 1_000, unit: 's' }];
  for (const operation of OPERATIONS) figures.push(...(await compare(operation, few, many)));
  return figures;
}

async function compare({ name, carryOut, atMost }: Operation, few: Stored, many: Stored): Promise<Figure[]> {
  const took = { few: [] as number[], many: [] as number[] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const [ofFew, ofMany] = [await timed(() => carryOut(few)), await timed(() => carryOut(many))];
    if (round < 0) continue;
    took.few.push(ofFew);
    took.many.push(ofMany);
  }
  const ratio = median(took.many) / median(took.few);
  return [
    { part: 'stored', what: `${name}: with hardly anything stored`, value: median(took.few), unit: 'ms' },
    { part: 'stored', what: `${name}: with ${MANY.runs} runs`, value: median(took.many), unit: 'ms' },
    { part: 'stored', what: `${name}: ratio`, value: ratio, unit: 'times', ...(atMost !== undefined && { limit: atMost }) },
  ];
}

async function open(amounts: Amounts): Promise<Stored & { filledMs: number } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const service = opening.use(await startService({ role: 'all' }));
  const { client, tenantId, database, url } = service;
  const connectionId = await client.connect('entra-id', { tenantId });
  // Its step has a condition that does not hold: it is our part of a run that is looked at, not the provider's.
  const { id: playbookId } = await client.createPlaybook([{ action: 'entra-id:clear-user-sessions', connectionId, runIf: 'run.dryRun' }]);
  const first = await client.run(playbookId);
  await client.follow(first);
  const filledMs = await timed(() => fill(database, first, amounts));
  const socket = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${client.key}` }, lazy: false });
  opening.defer(() => socket.dispose());
  const runId = `run_${String(amounts.runs / 2 + 1).padStart(26, '0')}`;
  const opened = opening.move();
  return { client, socket, playbookId, runId, filledMs, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
