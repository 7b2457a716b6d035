import { DataSource } from 'typeorm';
import type { Logger as SqlLogger } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { ApprovalFeed } from '../../src/approvals/approval-feed.js';
import { ApprovalService } from '../../src/approvals/approval.service.js';
import { ApprovalStore } from '../../src/approvals/approval.store.js';
import { ActorStore } from '../../src/auth/actor.store.js';
import { ApiKeyStore } from '../../src/auth/api-key.store.js';
import { Session } from '../../src/auth/session.js';
import { UserStore } from '../../src/auth/user.store.js';
import { ConnectionChecker } from '../../src/connections/connection-checker.js';
import { ConnectionClients } from '../../src/connections/connection-clients.js';
import { ConnectionReader } from '../../src/connections/connection-reader.js';
import { ConnectionService } from '../../src/connections/connection.service.js';
import { ConnectionStore } from '../../src/connections/connection.store.js';
import { Pace } from '../../src/connections/pace.js';
import { PaceStore } from '../../src/connections/pace.store.js';
import { CredentialVault } from '../../src/connections/credential-vault.js';
import { Database } from '../../src/db/database.js';
import { PostgresChannel } from '../../src/db/postgres-channel.js';
import { createLoaders, type Loaders } from '../../src/graphql/loaders.js';
import { GuardrailsStore } from '../../src/guardrails/guardrails.store.js';
import { Protection } from '../../src/guardrails/protection.js';
import { createLogger } from '../../src/kernel/logger.js';
import { Metrics } from '../../src/kernel/metrics.js';
import { PlaybookService } from '../../src/playbooks/playbook.service.js';
import { PlaybookStore } from '../../src/playbooks/playbook.store.js';
import { BatchService } from '../../src/runs/batch.service.js';
import { PlaybookLimits } from '../../src/runs/playbook-limits.js';
import { RunActivity } from '../../src/runs/run-activity.js';
import { RunBatchStore } from '../../src/runs/run-batch.store.js';
import { RunChanges } from '../../src/runs/run-changes.js';
import { RunFeed } from '../../src/runs/run-feed.js';
import { RunHistoryService } from '../../src/runs/run-history.service.js';
import { RunStore } from '../../src/runs/run.store.js';
import { RunStarter } from '../../src/runs/start-run.js';
import { EventFeedService } from '../../src/triggers/event-feed.service.js';
import { EventFeedStore } from '../../src/triggers/event-feed.store.js';
import { EventIntake } from '../../src/triggers/event-intake.js';
import { EventService } from '../../src/triggers/event.service.js';
import { EventStore } from '../../src/triggers/event.store.js';
import { FiringStore } from '../../src/triggers/firing.store.js';
import { TriggerService } from '../../src/triggers/trigger.service.js';
import { TriggerStore } from '../../src/triggers/trigger.store.js';
import { labRegistry, startTestApp } from '../support/test-app.js';
import { Lab } from '../support/lab-plugin.js';

test('what hangs below a list of any length is read in one statement each', async () => {
  await using app = await startTestApp({ runsEngine: false });
  const connectionId = await app.admin.connect();
  const playbooks = await Promise.all(Array.from({ length: 12 }, () => app.admin.createPlaybook([{ action: 'lab:alpha', connectionId }, { action: 'lab:beta', connectionId }])));
  const runIds = await Promise.all(playbooks.map(({ id }) => app.admin.run(id)));
  const batchIds = await Promise.all(playbooks.map(async ({ id }) => (await app.admin.ask<{ runPlaybookBatch: { batch: { id: string } } }>('mutation ($id: ID!) { runPlaybookBatch(input: { playbookId: $id, targets: [{ id: "ada" }, { id: "bob" }] }) { batch { id } } }', { id })).runPlaybookBatch.batch.id));
  const triggerIds = await Promise.all(playbooks.map(async ({ id }) => (await app.admin.ask<{ createTrigger: { trigger: { id: string } } }>('mutation ($input: CreateTriggerInput!) { createTrigger(input: $input) { trigger { id } } }', { input: { name: 'A trigger', eventType: 'lab:signal', playbookIds: [id] } })).createTrigger.trigger.id));
  const { ingestEvents } = await app.admin.ask<{ ingestEvents: { events: { id: string }[] } }>('mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { events { id } } }', { input: { events: triggerIds.map((id) => ({ type: 'lab:signal', payload: { id } })) } });
  const eventIds = ingestEvents.events.map(({ id }) => id);

  const statements: string[] = [];
  const sqlLogger = { logQuery: (query: string) => statements.push(query) } as unknown as SqlLogger;
  const source = new DataSource({ ...dataSourceOptions(app.database.url, 4), logging: ['query'], logger: sqlLogger } as never);
  const database = await Database.connect(source, app.database.url);
  const loaders = createTestLoaders(database);
  statements.length = 0;

  const all = async <Key, Row>(loader: { loadMany(keys: readonly Key[]): Promise<readonly (Row | Error)[]> }, keys: readonly Key[]) => {
    expect((await loader.loadMany(keys)).some((found) => found instanceof Error)).toBe(false);
  };
  const ids = playbooks.map(({ id }) => id);
  const connections = ids.map(() => connectionId);
  const reads: [string, () => Promise<void>][] = [
    ['playbook', () => all(loaders.playbook, ids)],
    ['stepsOfPlaybook', () => all(loaders.stepsOfPlaybook, ids)],
    ['connection', () => all(loaders.connection, connections)],
    ['isProtected', () => all(loaders.isProtected, runIds.map((id) => ({ kind: 'USER' as const, id })))],
    ['run', () => all(loaders.run, runIds)],
    ['stepsOfRun', () => all(loaders.stepsOfRun, runIds)],
    ['relatedRun', () => all(loaders.relatedRun, runIds)],
    ['followUpsOfRun', () => all(loaders.followUpsOfRun, runIds)],
    ['lastRunsOfPlaybook', () => all(loaders.lastRunsOfPlaybook, ids)],
    ['batch', () => all(loaders.batch, batchIds)],
    ['totalsOfBatch', () => all(loaders.totalsOfBatch, batchIds)],
    ['trigger', () => all(loaders.trigger, triggerIds)],
    ['event', () => all(loaders.event, eventIds)],
    ['lastFiringsOfTrigger', () => all(loaders.lastFiringsOfTrigger, triggerIds)],
    ['firingsOfEvent', () => all(loaders.firingsOfEvent, eventIds)],
    ['feedsOfConnection', () => all(loaders.feedsOfConnection, connections)],
  ];
  const pairs: [string, () => Promise<void>][] = [
    ['playbooksOfConnection', () => all(loaders.playbooksOfConnection, connections)],
    ['playbooksOfTrigger', () => all(loaders.playbooksOfTrigger, triggerIds)],
    ['triggersOfPlaybook', () => all(loaders.triggersOfPlaybook, ids)],
    ['connectionState', () => all(loaders.connectionState, connections)],
  ];
  const fours: [string, () => Promise<void>][] = [
    [
      'consent',
      async () => {
        const found = await loaders.connection.load(connectionId);
        await all(loaders.consent, found ? [found, { ...found }, { ...found }] : []);
      },
    ],
  ];
  for (const [count, group] of [[1, reads], [2, pairs], [4, fours]] as const) {
    for (const [name, read] of group) {
      statements.length = 0;
      await read();
      expect([name, statements.length]).toEqual([name, count]);
    }
  }
  await database.close();
});

function createTestLoaders(database: Database): Loaders {
  const logger = createLogger('silent');
  const registry = labRegistry(new Lab());
  const connections = new ConnectionStore();
  const playbooks = new PlaybookStore();
  const { actionsInUse } = playbooks;
  const vault = new CredentialVault([]);
  const clients = new ConnectionClients({ database, connections, registry, vault, logger });
  const paceStore = new PaceStore();
  const pace = new Pace({ database, pace: paceStore, registry, paceOverrides: { concurrency: undefined, startsPerSecond: undefined }, wakeCheck: () => Promise.resolve(), wakeWaiting: () => Promise.resolve(0), logger });
  const checker = new ConnectionChecker({ database, connections, clients, pace, logger });
  const changes = new RunChanges({ database, runs: new RunStore(), channel: new PostgresChannel('run_progress', database, logger), metrics: new Metrics(), settle: [] });
  const audit = { record: () => undefined };
  const feeds = new EventFeedStore();
  const wakeups = { match: () => Promise.resolve(), look: () => Promise.resolve() };
  const events = new EventStore();
  const reader = new ConnectionReader({ connections, pace: paceStore, registry, actionsInUse, feedsInUse: feeds.feedsInUse });
  const core = { database, metrics: new Metrics(), audit, registry, logger, connections, playbooks, actionsInUse, vault, reader, checker, runs: new RunStore(), channel: new PostgresChannel('run_progress', database, logger) };
  const actors = new ActorStore({ apiKeys: new ApiKeyStore(), users: new UserStore() });
  const batches = new RunBatchStore();
  const starter = new RunStarter({ ...core, batches, wakeRuns: () => Promise.resolve() });
  const services = {
    authenticator: { findActors: (ids: readonly string[]) => actors.findByIds(database.reader, ids) },
    connections: new ConnectionService(core),
    approvals: new ApprovalService({ database, audit, approvals: new ApprovalStore(), actors, changes, wakeRun: () => Promise.resolve(), feed: new ApprovalFeed({ database, approvals: new ApprovalStore(), channel: new PostgresChannel('run_progress', database, logger) }) }),
    consents: { link: () => Promise.resolve(undefined) },
    playbooks: new PlaybookService(core),
    protection: new Protection({ database, guardrails: new GuardrailsStore() }),
    history: new RunHistoryService({ ...core, feed: new RunFeed(core), activity: new RunActivity(core) }),
    batches: new BatchService({ ...core, batches, starter, playbookLimits: new PlaybookLimits(playbooks) }),
    triggers: new TriggerService({ ...core, triggers: new TriggerStore(), firings: new FiringStore() }),
    events: new EventService({ database, audit, events, intake: new EventIntake({ events, registry, wakeups }) }),
    feeds: new EventFeedService({ ...core, feeds, wakeups }),
  };
  return createLoaders(services, new Session({ kind: 'API_KEY', id: 'key_00000000000000000000000000' }, ['VIEWER']));
}
