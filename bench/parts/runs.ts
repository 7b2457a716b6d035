import path from 'node:path';
import pg from 'pg';
import { startNode } from '../../test/support/child-process.ts';
import { comesAbout } from '../../test/support/until.ts';
import { median, timed, type Figure } from '../figures.ts';
import { startService, type Service } from '../processes.ts';
import type { BareSettings } from '../runs/bare-server.ts';
import { callsOfSteps, type Call } from '../runs/provider-calls.ts';
import { shareOut } from '../stream/event-stream.ts';

/** Without roles: both actions succeed on all of them. */
const USERS = 100;
const RUNS = 300;
const ROUNDS = 3;
const CLIENTS = 8;
/** One after the other, so that nothing else goes on. */
const EVENTS_AT_LOW_LOAD = 40;
const AT_LEAST = 0.7;
const FIRST_CALL_MS = 15;
const TABLES = ['event', 'run', 'run_step', 'attempt', 'run_event'];
const INGEST = 'mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { accepted } }';

/** One that takes events in and has runs come of them. */
interface Server {
  send(user: string): Promise<void>;
  /** How many runs are over. */
  readonly finished: string;
}

/** From an event to a run that has called its provider and is done: by the service, and by a bare server that does this and nothing else. */
export async function measureRuns(): Promise<Figure[]> {
  // The budget of one tenant would be what is measured.
  await using service = await startService({ role: 'all', env: { CONNECTION_CONCURRENCY: '64', CONNECTION_STARTS_PER_SECOND: '100000' }, fillerUsers: USERS });
  const { tenant } = service;
  tenant.changeBehaviour({ effectDelayMs: 0 });
  const users = tenant.users().slice(-USERS).map(({ userPrincipalName }) => userPrincipalName);
  const own = await setScene(service);
  const steps = await recordCalls(service, own, users[0] ?? '');
  await using bareServer = await startBareServer(service, steps);
  const latencies = await lowLoad(service, own, users);
  const rounds: { service: number; bare: number }[] = [];
  await drive(service, own, users);
  await drive(service, bareServer, users);
  for (let round = 0; round < ROUNDS; round += 1) rounds.push({ service: await drive(service, own, users), bare: await drive(service, bareServer, users) });
  const figure = (what: string, value: number, unit: string): Figure => ({ part: 'runs', what, value, unit });
  const perSecond = (pick: 'service' | 'bare') => median(rounds.map((round) => RUNS / (round[pick] / 1_000)));
  return [
    figure(`runs of two steps and ${steps.flat().length} calls to the provider, from event to done`, perSecond('service'), 'runs/s'),
    figure('the same by a bare server', perSecond('bare'), 'runs/s'),
    { ...figure('ratio', median(rounds.map((round) => round.bare / round.service)), 'times'), atLeast: AT_LEAST },
    { ...figure('event sent to first call to the provider, at low load, p50', median(latencies), 'ms'), limit: FIRST_CALL_MS },
  ];
}

async function setScene({ client, tenantId }: Service): Promise<Server> {
  const connectionId = await client.connect('entra-id', { tenantId });
  const { id } = await client.createPlaybook(['clear-user-sessions', 'suspend-user'].map((action) => ({ action: `entra-id:${action}`, connectionId })));
  await client.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'Every detection', eventType: 'entra-id:risk-detection', playbookIds: [id] } });
  return { send: async (user) => void (await client.ask(INGEST, { input: { events: [{ type: 'entra-id:risk-detection', payload: detection(user) }] } })), finished: 'select count(*) from run where finished_at is not null' };
}

let sent = 0;

function detection(userPrincipalName: string): { id: string; userPrincipalName: string } & Record<string, string> {
  sent += 1;
  return { id: `detection-${sent}`, riskLevel: 'high', riskState: 'atRisk', riskEventType: 'unlikelyTravel', userPrincipalName, detectedDateTime: new Date().toISOString() };
}

/** Which calls a run makes; those of the connection and its token come before. */
async function recordCalls(service: Service, server: Server, user: string): Promise<Call[][]> {
  await drive(service, server, [user], 1);
  service.tenant.clearJournal();
  await drive(service, server, [user], 1);
  return callsOfSteps(service.tenant.journal);
}

async function startBareServer({ database, tenant }: Service, steps: readonly Call[][]): Promise<Server & AsyncDisposable> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const table of TABLES) await client.query(`create table bare_${table} (like ${table} including all)`);
  await client.end();
  const settings: BareSettings = { databaseUrl: database.url, graphUrl: tenant.environment.ENTRA_GRAPH_URL, token: await getToken(tenant), steps };
  const file = path.join(import.meta.dirname, '../runs/bare-server.ts');
  const started = startNode(['--experimental-transform-types', '--disable-warning=ExperimentalWarning', file, JSON.stringify(settings)], { env: { NODE_EXTRA_CA_CERTS: tenant.caFile } });
  const [, port] = /listens on (\d+)/.exec(await started.says('listens on')) ?? [];
  return {
    async send(user) {
      const response = await fetch(`http://127.0.0.1:${port}/events`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(detection(user)) }).catch((error: unknown) => {
        throw new Error(`The bare server does not answer: ${started.stderr}`, { cause: error });
      });
      if (response.status !== 202) throw new Error(await response.text());
    },
    finished: 'select count(*) from bare_run where finished_at is not null',
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

async function getToken({ tenantId, environment: app }: Service['tenant']): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: app.ENTRA_CLIENT_ID, client_secret: app.ENTRA_CLIENT_SECRET, scope: `${app.ENTRA_GRAPH_URL}/.default` });
  const response = await fetch(`${app.ENTRA_AUTHORITY_HOST}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`The tenant gave no token: ${response.status}.`);
  return token;
}

/** How long it takes until the runs of so many events are over, in milliseconds. */
async function drive(service: Service, server: Server, users: readonly string[], events = RUNS): Promise<number> {
  const before = await service.count(server.finished);
  return timed(async () => {
    await shareOut(Array.from({ length: events }, (_event, index) => users[index % users.length] ?? ''), CLIENTS, (user) => server.send(user));
    await service.until(server.finished, (finished) => finished >= before + events);
  });
}

/** From the sending of an event to the first call about its user, one event after the other. */
async function lowLoad(service: Service, server: Server, users: readonly string[]): Promise<number[]> {
  const { tenant } = service;
  const latencies: number[] = [];
  for (let event = 0; event < EVENTS_AT_LOW_LOAD; event += 1) {
    const before = await service.count(server.finished);
    tenant.clearJournal();
    const sentAt = Date.now();
    await server.send(users[event % users.length] ?? '');
    await comesAbout(() => tenant.journal.length > 0, 'the provider is called');
    latencies.push(Date.parse(tenant.journal[0]?.time ?? '') - sentAt);
    await service.until(server.finished, (finished) => finished > before);
  }
  return latencies;
}
