import { startEntraApp, type EntraApp } from '../support/entra-app.js';
import { until } from '../support/until.js';

const FIRINGS = '{ events(first: 20) { nodes { id source payload firings { outcome target { id } runs { id status } } } } }';
const SWITCH = `mutation ($input: SwitchEventFeedInput!) { switchEventFeed(input: $input) { feed { id problem { code message } subscriptionExpiresAt }
  connection { consent { status missing { name } } } } }`;

interface Events {
  readonly events: { nodes: { id: string; source: string; payload: Record<string, unknown>; firings: { outcome: string; target: { id: string } | null; runs: { id: string; status: string }[] }[] }[] };
}

let world: EntraApp;
let connectionId: string;

beforeEach(async () => {
  world = await startEntraApp();
  connectionId = await world.connect();
});

afterEach(() => world[Symbol.asyncDispose]());

async function watch(eventType: string, more: object = {}): Promise<void> {
  const { app } = world;
  const { id } = await app.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]);
  await app.admin.ask('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'A trigger', eventType, playbookIds: [id], ...more } });
}

/** Switches a feed on and waits for its first look. */
async function switchOn(eventType: string): Promise<{ id: string; missing: string[] }> {
  const { switchEventFeed } = await world.app.admin.ask<{ switchEventFeed: { feed: { id: string }; connection: { consent: { missing: { name: string }[] } } } }>(SWITCH, { input: { connectionId, eventType, active: true } });
  const { id } = switchEventFeed.feed;
  await until(() => feedOf(id), ({ lastLookAt }) => lastLookAt !== null);
  return { id, missing: switchEventFeed.connection.consent.missing.map(({ name }) => name) };
}

interface Feed {
  readonly lastLookAt: string | null;
  readonly problem: { code: string; message: string; remedy: string | null } | null;
  readonly failures: number;
  readonly subscriptionExpiresAt: string | null;
}

const feedOf = async (id: string) => (await world.app.admin.ask<{ node: Feed }>('query ($id: ID!) { node(id: $id) { ... on EventFeed { lastLookAt problem { code message remedy } failures subscriptionExpiresAt } } }', { id })).node;

/** Nobody waits a minute in a test: its next look is now. */
async function lookNow(): Promise<void> {
  await world.app.database.query(`update graphile_worker._private_jobs set run_at = now() where key like 'feed:%'`);
  await world.app.database.query(`notify "jobs:insert", '{}'`);
}

const firedFor = (isIt: (payload: Record<string, unknown>) => boolean) =>
  until(
    async () => (await world.app.admin.ask<Events>(FIRINGS)).events.nodes.find(({ payload }) => isIt(payload)),
    (event) => event !== undefined && event.firings.length > 0,
  );

test('a risk detection of the tenant is found by the connection\'s feed, and the account is suspended', async () => {
  const { app, tenant } = world;
  await watch('entra-id:risk-detection', { conditions: [{ field: 'riskLevel', matcher: 'IS_ONE_OF', values: ['high'] }] });
  const { missing } = await switchOn('entra-id:risk-detection');
  expect(missing).toEqual([]);
  const detection = tenant.raiseRiskDetection({ user: tenant.exampleUser, riskLevel: 'high', riskEventType: 'unlikelyTravel' });
  tenant.raiseRiskDetection({ user: tenant.exampleUser, riskLevel: 'low' });
  await lookNow();
  const event = await firedFor(({ id }) => id === detection.id);
  expect(event?.source).toBe(`feed:${connectionId}`);
  expect((await app.admin.follow(event?.firings[0]?.runs[0]?.id ?? '')).at(-1)?.type).toBe('RUN_SUCCEEDED');
  expect(tenant.user(tenant.exampleUser).accountEnabled).toBe(false);
  await lookNow();
  const { events } = await app.admin.ask<Events>(FIRINGS);
  expect(events.nodes).toHaveLength(2);
  expect(events.nodes.flatMap(({ firings }) => firings)).toHaveLength(1);
});

test('an alert with several users starts a run for each, and one that names nobody for certain starts none', async () => {
  const { tenant } = world;
  await watch('microsoft:security-alert', { conditions: [{ field: 'severity', matcher: 'IS', values: ['high'] }] });
  await switchOn('microsoft:security-alert');
  const [first, second] = tenant.users().filter(({ userType, accountEnabled, deletedDateTime }) => userType === 'Member' && accountEnabled && !deletedDateTime);
  const alert = tenant.raiseSecurityAlert({ severity: 'high', users: [first?.userPrincipalName ?? '', second?.userPrincipalName ?? ''] });
  await lookNow();
  const event = await firedFor(({ id }) => id === alert.id);
  expect(event?.firings.map(({ target }) => target?.id).sort()).toEqual([first?.id, second?.id].sort());
});

test('a change of a user is told by the provider itself, within seconds', async () => {
  const { app, tenant } = world;
  await watch('entra-id:user-change');
  const { id } = await switchOn('entra-id:user-change');
  expect((await feedOf(id)).problem).toBeNull();
  expect(Date.parse((await feedOf(id)).subscriptionExpiresAt ?? '')).toBeGreaterThan(Date.now());
  const { id: suspend } = await app.admin.createPlaybook([{ action: 'entra-id:suspend-user', connectionId }]);
  await app.admin.follow(await app.admin.run(suspend, { target: { kind: 'USER', id: tenant.exampleUser } }));
  const event = await firedFor(({ userId }) => userId === tenant.user(tenant.exampleUser).id);
  expect(event?.firings[0]?.outcome).toBe('STARTED');
});

test('a permission that was not granted is asked for in the connection\'s consent, and told in the feed', async () => {
  world.tenant.changeConsent({ revoke: ['IdentityRiskEvent.Read.All'] });
  await world.app.admin.ask('mutation ($id: ID!) { checkConnection(input: { connectionId: $id }) { connection { id } } }', { id: connectionId });
  const { id, missing } = await switchOn('entra-id:risk-detection');
  expect(missing).toEqual(['IdentityRiskEvent.Read.All']);
  const { problem, failures } = await until(() => feedOf(id), (feed) => feed.problem !== null);
  expect(problem).toMatchObject({ code: 'PERMISSION_MISSING', remedy: expect.stringContaining('IdentityRiskEvent.Read.All') });
  expect(failures).toBeGreaterThan(0);
});
