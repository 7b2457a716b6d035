import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../ormconfig.js';
import { createAudit } from './app-audit.js';
import { createAuth } from './app-auth.js';
import { createConnections } from './app-connections.js';
import { createGuard } from './app-guard.js';
import { observeProviderCalls, createMetricsRefresh } from './app-metrics.js';
import { createRunResolvers } from './app-runs.js';
import { createTriggerResolvers, createTriggers } from './app-triggers.js';
import { WorkerDoor, type WorkerDoorOptions } from './app-worker-door.js';
import { ApprovalFeed } from './approvals/approval-feed.js';
import { ApprovalLedger } from './approvals/approval-ledger.js';
import { ApprovalDecisionResolver, ApprovalResolver } from './approvals/approval.resolver.js';
import { ApprovalService } from './approvals/approval.service.js';
import { ApprovalStore } from './approvals/approval.store.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { ApiKeyResolver } from './auth/api-key.resolver.js';
import type { ApiKeyService } from './auth/api-key.service.js';
import type { FailedAttempts } from './auth/failed-attempts.js';
import type { OidcSettings } from './auth/oidc-settings.js';
import { ViewerResolver } from './auth/viewer.resolver.js';
import { ConnectionResolver, ProviderConnectionsResolver } from './connections/connection.resolver.js';
import { ConnectionService } from './connections/connection.service.js';
import { ConsentResolver } from './connections/consent.resolver.js';
import { ConsentService } from './connections/consent.service.js';
import type { PaceOverrides } from './connections/pace-settings.js';
import { TargetSearchService } from './connections/target-search.service.js';
import { TargetResolver } from './connections/target.resolver.js';
import { Database } from './db/database.js';
import { PostgresChannel } from './db/postgres-channel.js';
import { RedisChannel } from './db/redis-channel.js';
import { ApprovalJobs, approvalWakeups } from './engine/approval-jobs.js';
import { ConnectionWatch, wakeCheck } from './engine/check-connections.js';
import { Engine } from './engine/engine.js';
import { StepExecutor } from './engine/execute-step.js';
import { TriggerJobs } from './engine/trigger-jobs.js';
import { wakePausedRuns, wakeRun, wakeRuns } from './engine/wake-run.js';
import { serveGraphqlOverHttp, type GraphqlDoor } from './graphql/apollo.js';
import { Context } from './graphql/context.js';
import { DOOR_LIMITS, type DoorLimits } from './graphql/limits.js';
import { NodeResolver } from './graphql/node.resolver.js';
import { NodeService } from './graphql/node.service.js';
import { OpenSockets } from './graphql/open-sockets.js';
import { AllowedOrigins } from './graphql/origins.js';
import { buildApiSchema } from './graphql/schema.js';
import { serveGraphqlOverWebSocket } from './graphql/websocket.js';
import { Gate } from './guardrails/gate.js';
import { GuardrailsResolver } from './guardrails/guardrails.resolver.js';
import { GuardrailsService } from './guardrails/guardrails.service.js';
import { GuardrailsStore } from './guardrails/guardrails.store.js';
import { Protection } from './guardrails/protection.js';
import { serveApprovalPage } from './http/approval-page.js';
import { serveConsentCallback } from './http/consent-callback.js';
import { serveConsole } from './http/console.js';
import { serveHealth } from './http/health.js';
import { serveHooks } from './http/hooks.js';
import { serveMetrics } from './http/metrics.js';
import { servePageStyle } from './http/page-style.js';
import { serveSignInConfiguration, signInConfiguration } from './http/sign-in-configuration.js';
import { createHttpServer } from './http/server.js';
import { ApprovalNotices } from './notifications/approval-notices.js';
import { ChannelClients } from './notifications/channel-clients.js';
import { NotificationDelivery } from './notifications/deliver-notification.js';
import { PlaybookStepResolver } from './playbooks/playbook-step.resolver.js';
import { PlaybookStepService } from './playbooks/playbook-step.service.js';
import { PlaybookResolver } from './playbooks/playbook.resolver.js';
import { PlaybookService } from './playbooks/playbook.service.js';
import { PlaybookStore } from './playbooks/playbook.store.js';
import { ReadinessResolver } from './playbooks/readiness.resolver.js';
import { ActionResolver, ProviderResolver } from './registry/catalogue.resolver.js';
import { CatalogueService } from './registry/catalogue.service.js';
import { Metrics } from './kernel/metrics.js';
import type { Registry } from './registry/registry.js';
import { BatchService } from './runs/batch.service.js';
import { PlaybookLimits } from './runs/playbook-limits.js';
import { RunActivity } from './runs/run-activity.js';
import { RunBatchStore } from './runs/run-batch.store.js';
import { RunChanges } from './runs/run-changes.js';
import { RunFeed } from './runs/run-feed.js';
import { RunHistoryService } from './runs/run-history.service.js';
import { RunStore } from './runs/run.store.js';
import { RunStarter } from './runs/start-run.js';
import { StepAudit } from './runs/step-audit.js';
import { RunStatisticsResolver } from './statistics/run-statistics.resolver.js';
import { RunStatisticsService } from './statistics/run-statistics.service.js';
import { RunStatisticsStore } from './statistics/run-statistics.store.js';
import { EventFeedStore } from './triggers/event-feed.store.js';

/** The channel on which processes tell each other that a run has new events. */
const RUN_PROGRESS = 'run_progress';

const POOL_SIZE = 20;

/** Connections that may wait to be taken up; node's own 511 are fewer than the screens that come back at once after a start. */
const LISTEN_BACKLOG = 4_096;

export interface AppOptions extends WorkerDoorOptions {
  readonly databaseUrl: string;
  /** Where sessions that live on are opened, when databaseUrl leads to a pooler. */
  readonly databaseDirectUrl?: string | undefined;
  /** Where processes tell each other what is new; undefined: by the database. */
  readonly redisUrl?: string | undefined;
  readonly registry: Registry;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** undefined: the address that the server listens on. */
  readonly publicUrl: string | undefined;
  /** undefined: those of DOOR_LIMITS. */
  readonly doorLimits?: Partial<DoorLimits>;
  /** The first one encrypts stored credentials; the others only decrypt. None: no credential can be stored. */
  readonly secretsKeys: readonly Uint8Array[];
  /** undefined: nobody signs in by tokens. */
  readonly oidc: OidcSettings | undefined;
  /** Other origins whose pages may use the API in a browser. */
  readonly allowedOrigins: readonly string[];
  readonly workerConcurrency: number;
  /** How fast tenants may be called, whatever the plugins say. */
  readonly paceOverrides: PaceOverrides;
  /** How long received events are kept. */
  readonly eventRetentionDays: number;
  readonly runsEngine: boolean;
  readonly onLivenessLost: (cause: Error) => void;
}

/** A running process of the service. */
export interface App {
  readonly apiKeys: ApiKeyService;
  readonly metrics: Metrics;
  /** The address that people use; the one that the server listens on unless a public one is set. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Puts the whole service together: the only place that knows everything. What was started first stops last. */
export async function startApp(options: AppOptions): Promise<App> {
  await using starting = new AsyncDisposableStack();
  let url = options.publicUrl ?? `http://${options.host}:${options.port}`;
  const publicUrl = () => url;
  const core = await createCore(options, publicUrl);
  starting.defer(() => core.database.close());
  starting.defer(() => core.channel.close());
  starting.defer(() => core.channels.close());
  starting.defer(() => core.hookLedger.flush());
  starting.defer(() => core.signIns.flush());
  starting.defer(observeProviderCalls(core.metrics));
  const workerDoor = WorkerDoor.create(options, core);
  starting.defer(() => workerDoor?.close());
  if (options.runsEngine) {
    const engine = createEngine(options, core);
    starting.defer(() => engine.stop());
    await engine.start();
  }
  if (options.servesApi) {
    const address = await startApi(options, core, publicUrl, starting);
    url = options.publicUrl ?? address;
  }
  // Closed after the engine has stopped: until then it tells that it stops, and what it still does.
  await workerDoor?.open();
  starting.defer(() => workerDoor?.tellStopping());
  const started = starting.move();
  return { apiKeys: core.apiKeys, metrics: core.metrics, url, stop: () => started.disposeAsync() };
}

/** What the API and the engine share. */
async function createCore(options: AppOptions, publicUrl: () => string) {
  const base = await createBase(options, publicUrl);
  return { ...base, ...createTriggers(options.eventRetentionDays, base), refreshMetrics: createMetricsRefresh(base) };
}

async function createBase({ databaseUrl, databaseDirectUrl = databaseUrl, redisUrl, registry, logger, secretsKeys, oidc, paceOverrides }: AppOptions, publicUrl: () => string) {
  const database = await Database.connect(new DataSource(dataSourceOptions(databaseUrl, POOL_SIZE)), databaseDirectUrl);
  const channel = redisUrl === undefined ? new PostgresChannel(RUN_PROGRESS, database, logger) : new RedisChannel(RUN_PROGRESS, redisUrl, logger);
  const metrics = new Metrics();
  const runs = new RunStore();
  const batches = new RunBatchStore();
  const playbooks = new PlaybookStore();
  const feeds = new EventFeedStore();
  const { actionsInUse } = playbooks;
  const told = createAudit({ database, logger });
  const { audit } = told;
  const auth = createAuth({ database, channel, audit, oidc, logger });
  const approvals = new ApprovalStore();
  const ledger = new ApprovalLedger({ approvals, wakeups: approvalWakeups });
  const guardrails = new GuardrailsStore();
  const stepAudit = new StepAudit({ audit, registry, runs, approversOf: approvals.approversOf });
  const changes = new RunChanges({ database, runs, channel, metrics, settle: [ledger.settle, stepAudit.settle] });
  const approvalFeed = new ApprovalFeed({ database, approvals, channel });
  const tenants = createConnections({ database, registry, logger, secretsKeys, paceOverrides, actionsInUse, feedsInUse: feeds.feedsInUse });
  return {
    database,
    channel,
    ...told,
    ...auth,
    ...tenants,
    runs,
    batches,
    registry,
    logger,
    metrics,
    playbooks,
    playbookLimits: new PlaybookLimits(playbooks),
    actionsInUse,
    guardrails,
    protection: new Protection({ database, guardrails }),
    gate: new Gate({ database, guardrails }),
    feeds,
    starter: new RunStarter({ ...tenants, database, playbooks, runs, batches, registry, wakeRuns, audit }),
    wakeCheck,
    approvals,
    ledger,
    channels: new ChannelClients({ logger }),
    notices: new ApprovalNotices({ database, approvals, runs, playbooks, actors: auth.actors, registry, publicUrl }),
    changes,
    approvalFeed,
    approvalService: new ApprovalService({ database, approvals, actors: auth.actors, changes, wakeRun, feed: approvalFeed, audit }),
    publicUrl,
  };
}

type Core = Awaited<ReturnType<typeof createCore>>;

function createEngine({ workerConcurrency, onLivenessLost }: AppOptions, core: Core): Engine {
  const executor = new StepExecutor(core);
  return new Engine({
    database: core.database,
    logger: core.logger,
    metrics: core.metrics,
    concurrency: workerConcurrency,
    advancer: { changes: core.changes, events: core.events, guardrails: core.guardrails, pace: core.pace, executor },
    connectionWatch: new ConnectionWatch(core),
    approvalJobs: new ApprovalJobs({ ...core, delivery: new NotificationDelivery({ ...core, wakeups: approvalWakeups }) }),
    triggerJobs: new TriggerJobs(core),
    auditAnchor: core.auditAnchor,
    onLivenessLost,
  });
}

async function startApi(options: AppOptions, core: Core, publicUrl: () => string, starting: AsyncDisposableStack): Promise<string> {
  const activity = new RunActivity(core);
  await activity.start();
  starting.defer(() => activity.stop());
  const feed = new RunFeed(core);
  await feed.start();
  starting.defer(() => feed.stop());
  await core.approvalFeed.start();
  starting.defer(() => core.approvalFeed.stop());

  const consents = new ConsentService({ ...core, publicUrl, isActorActive: (actor) => core.authenticator.isActive(actor) });
  let isStopping = false;
  const door = createDoor(options, core, { feed, activity }, consents, publicUrl);
  starting.defer(() => door.refusals.flush());
  const server = createHttpServer({ ...door, logger: options.logger, isHttps: publicUrl().startsWith('https:'), trustedProxies: options.trustedProxies });
  starting.defer(() => server.close());
  serveHealth(server, { database: core.database, isStopping: () => isStopping });
  const readSignIn = () => signInConfiguration(core.issuer, options.oidc);
  serveSignInConfiguration(server, readSignIn);
  servePageStyle(server);
  serveConsole(server, readSignIn);
  serveMetrics(server, { ...door, refresh: core.refreshMetrics, token: options.metricsToken });
  serveConsentCallback(server, consents, door);
  serveHooks(server, { ...door, hooks: core.hookService });
  serveApprovalPage(server, { ...core, approvals: core.approvalService, door });
  await serveGraphqlOverHttp(server, door);
  const sockets = new OpenSockets({ channel: core.channel, activeAmong: (ids) => core.authenticator.activeAmong(ids), onFault: (err) => core.logger.warn({ err }, 'Whether the holders of open sockets may still be here could not be looked up.') });
  await sockets.start();
  starting.defer(() => sockets.stop());
  starting.defer(serveGraphqlOverWebSocket(server.server, door, sockets, new AllowedOrigins(options.allowedOrigins, publicUrl)));
  starting.defer(() => {
    isStopping = true;
  });
  return server.listen({ host: options.host, port: options.port, backlog: LISTEN_BACKLOG });
}

function createDoor(options: AppOptions, core: Core, feeds: { feed: RunFeed; activity: RunActivity }, consents: ConsentService, publicUrl: () => string): GraphqlDoor & { attempts: FailedAttempts } {
  const { apiKeys, authenticator } = core;
  const catalogue = new CatalogueService(core);
  const connections = new ConnectionService(core);
  const playbooks = new PlaybookService(core);
  const history = new RunHistoryService({ ...core, ...feeds });
  const batches = new BatchService(core);
  const services = {
    apiKeys,
    audit: core.auditService,
    users: core.users,
    authenticator,
    approvals: core.approvalService,
    connections,
    consents,
    playbooks,
    history,
    batches,
    protection: core.protection,
    publicUrl,
    triggers: core.triggerService,
    events: core.eventService,
    feeds: core.eventFeedService,
    eventSources: core.eventSourceService,
  };
  const resolvers = [
    new ViewerResolver(),
    new ApiKeyResolver(apiKeys),
    new AuditResolver(core.auditService),
    new ProviderResolver(catalogue),
    new ActionResolver(catalogue),
    new ConnectionResolver(connections, consents, catalogue),
    new ProviderConnectionsResolver(connections),
    new ConsentResolver(),
    new TargetResolver(new TargetSearchService({ ...core, connectionsOfPlaybook: core.playbooks.connectionsOf })),
    new PlaybookResolver(playbooks, history),
    new PlaybookStepResolver(new PlaybookStepService({ ...core, playbookService: playbooks }), catalogue),
    new ReadinessResolver(),
    ...createRunResolvers(core, { history, batches, catalogue }),
    new ApprovalResolver(core.approvalService),
    new ApprovalDecisionResolver(),
    new GuardrailsResolver(new GuardrailsService({ ...core, wakePausedRuns })),
    ...createTriggerResolvers(core, catalogue),
    new RunStatisticsResolver(new RunStatisticsService({ ...core, statistics: new RunStatisticsStore() })),
    new NodeResolver(new NodeService({ ...services, catalogue })),
  ];
  return {
    ...createGuard(options, { metrics: core.metrics, authenticate: (authorization) => authenticator.authenticate(authorization), onRefusedSignIn: core.signIns.refuse }),
    schema: buildApiSchema(resolvers),
    allowIntrospection: options.allowIntrospection,
    limits: { ...DOOR_LIMITS, ...options.doorLimits },
    allowedOrigins: options.allowedOrigins,
    createContext: (session, signal) => new Context(session, services, signal),
  };
}
