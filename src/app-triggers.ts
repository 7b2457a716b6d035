import type { AuditTrail } from './auth/audit-trail.js';
import type { ConnectionClients } from './connections/connection-clients.js';
import type { ConnectionStore } from './connections/connection.store.js';
import type { CredentialVault } from './connections/credential-vault.js';
import type { Database } from './db/database.js';
import type { NotifyChannel } from './db/notify-channel.js';
import { triggerWakeups } from './engine/trigger-jobs.js';
import type { Protection } from './guardrails/protection.js';
import type { Logger } from './kernel/logger.js';
import type { PlaybookStore } from './playbooks/playbook.store.js';
import type { CatalogueService } from './registry/catalogue.service.js';
import type { Registry } from './registry/registry.js';
import type { RunStarter } from './runs/start-run.js';
import { ConnectionFeedsResolver, EventFeedResolver } from './triggers/event-feed.resolver.js';
import { EventFeedService } from './triggers/event-feed.service.js';
import { EventIntake } from './triggers/event-intake.js';
import { EventRetention } from './triggers/event-retention.js';
import { EventSourceResolver } from './triggers/event-source.resolver.js';
import { EventSourceService } from './triggers/event-source.service.js';
import { EventSourceStore } from './triggers/event-source.store.js';
import { EventTypeResolver, ProviderEventTypesResolver } from './triggers/event-type.resolver.js';
import { EventResolver } from './triggers/event.resolver.js';
import { EventService } from './triggers/event.service.js';
import { EventStore } from './triggers/event.store.js';
import { FeedSubscriptions } from './triggers/feed-subscriptions.js';
import { FireTrigger } from './triggers/fire-trigger.js';
import { FiringStore } from './triggers/firing.store.js';
import { HookLedger } from './triggers/hook-ledger.js';
import { HookService } from './triggers/hook.service.js';
import { EventMatcher } from './triggers/match-events.js';
import { EventFeedReader } from './triggers/read-feed.js';
import { ScheduleClock } from './triggers/tick-schedules.js';
import { TriggerFiringResolver } from './triggers/trigger-firing.resolver.js';
import { PlaybookTriggersResolver, TriggerResolver } from './triggers/trigger.resolver.js';
import { TriggerService } from './triggers/trigger.service.js';
import { TriggerStore } from './triggers/trigger.store.js';
import { TryTriggerResolver } from './triggers/try-trigger.resolver.js';
import { TryTriggerService } from './triggers/try-trigger.service.js';
import type { EventFeedStore } from './triggers/event-feed.store.js';

/** What triggers stand on. */
interface Base {
  readonly database: Database;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly channel: NotifyChannel;
  readonly audit: AuditTrail;
  readonly connections: ConnectionStore;
  readonly clients: ConnectionClients;
  readonly vault: CredentialVault;
  readonly playbooks: PlaybookStore;
  readonly starter: RunStarter;
  readonly protection: Protection;
  readonly feeds: EventFeedStore;
  readonly publicUrl: () => string;
}

/** Events, how they come in, and the triggers that they fire. */
export function createTriggers(retentionDays: number, base: Base) {
  const { database, registry, logger } = base;
  const events = new EventStore();
  const sources = new EventSourceStore();
  const intake = new EventIntake({ events, registry, wakeups: triggerWakeups });
  const deps = { ...base, events, sources, intake, triggers: new TriggerStore(), firings: new FiringStore(), wakeups: triggerWakeups };
  const hookLedger = new HookLedger({ database, sources, logger });
  return {
    events,
    hookLedger,
    matcher: new EventMatcher({ ...deps, fireTrigger: new FireTrigger(deps) }),
    clock: new ScheduleClock(deps),
    retention: new EventRetention({ database, events, retentionDays, logger }),
    feedReader: new EventFeedReader({ ...deps, subscriptions: new FeedSubscriptions(deps) }),
    triggerService: new TriggerService(deps),
    eventService: new EventService(deps),
    tryTriggerService: new TryTriggerService(deps),
    eventSourceService: new EventSourceService(deps),
    eventFeedService: new EventFeedService(deps),
    hookService: new HookService({ ...deps, ledger: hookLedger }),
  };
}

type Triggers = ReturnType<typeof createTriggers>;

export function createTriggerResolvers({ triggerService, eventService, tryTriggerService, eventSourceService, eventFeedService }: Triggers, catalogue: CatalogueService): object[] {
  return [
    new EventTypeResolver(catalogue),
    new ProviderEventTypesResolver(catalogue),
    new EventResolver(eventService, catalogue),
    new TriggerResolver(triggerService, catalogue),
    new PlaybookTriggersResolver(),
    new TriggerFiringResolver(),
    new TryTriggerResolver(tryTriggerService),
    new EventSourceResolver(eventSourceService, catalogue),
    new EventFeedResolver(eventFeedService, catalogue),
    new ConnectionFeedsResolver(eventFeedService),
  ];
}
