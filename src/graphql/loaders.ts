import DataLoader from 'dataloader';
import type { ApprovalDecision } from '../approvals/approval-decision.entity.js';
import type { ApprovalNotification } from '../approvals/approval-notification.entity.js';
import type { Approval } from '../approvals/approval.entity.js';
import type { ApprovalService } from '../approvals/approval.service.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { Authenticator } from '../auth/authenticator.js';
import type { Session } from '../auth/session.js';
import type { User } from '../auth/user.entity.js';
import type { Connection } from '../connections/connection.entity.js';
import type { ConnectionService } from '../connections/connection.service.js';
import type { Consent, ConnectionHealth, ConnectionState } from '../connections/consent.machine.js';
import type { ConsentService } from '../connections/consent.service.js';
import { DomainError } from '../kernel/errors.js';
import type { NamedTarget, Protection } from '../guardrails/protection.js';
import type { PlaybookStep } from '../playbooks/playbook-step.entity.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { PlaybookService } from '../playbooks/playbook.service.js';
import type { Attempt } from '../runs/attempt.entity.js';
import type { BatchService } from '../runs/batch.service.js';
import type { RunBatch } from '../runs/run-batch.entity.js';
import type { BatchTotals } from '../runs/run-batch.store.js';
import type { RunHistoryService } from '../runs/run-history.service.js';
import type { RunStep } from '../runs/run-step.entity.js';
import type { Run } from '../runs/run.entity.js';
import type { EventFeed } from '../triggers/event-feed.entity.js';
import type { EventFeedService } from '../triggers/event-feed.service.js';
import type { ReceivedEvent } from '../triggers/event.entity.js';
import type { EventService } from '../triggers/event.service.js';
import type { TriggerFiring } from '../triggers/trigger-firing.entity.js';
import type { Trigger } from '../triggers/trigger.entity.js';
import type { TriggerService } from '../triggers/trigger.service.js';

export interface LoaderServices {
  readonly authenticator: Pick<Authenticator, 'findActors'>;
  readonly approvals: ApprovalService;
  readonly connections: ConnectionService;
  readonly consents: Pick<ConsentService, 'link'>;
  readonly playbooks: PlaybookService;
  readonly history: RunHistoryService;
  readonly batches: Pick<BatchService, 'findByIds' | 'totalsOf'>;
  readonly protection: Protection;
  readonly triggers: TriggerService;
  readonly events: EventService;
  readonly feeds: EventFeedService;
}

/** What hangs below a list is read once for the whole list, never once per entry. One set per request, with its rights. */
export interface Loaders {
  readonly actor: DataLoader<string, ApiKey | User>;
  readonly connection: DataLoader<string, Connection | undefined>;
  readonly connectionState: DataLoader<string, ConnectionState | undefined>;
  readonly consent: DataLoader<Connection, { consent: Consent; health: ConnectionHealth }>;
  /** One link per connection and request, however often it is asked for. */
  readonly consentLink: DataLoader<string, string | null>;
  readonly playbook: DataLoader<string, Playbook>;
  readonly stepsOfPlaybook: DataLoader<string, PlaybookStep[]>;
  readonly playbooksOfConnection: DataLoader<string, Playbook[]>;
  readonly isProtected: DataLoader<NamedTarget, boolean>;
  readonly run: DataLoader<string, Run>;
  /** A run that another one leads to, where whoever asks may see it. */
  readonly relatedRun: DataLoader<string, Run | undefined>;
  readonly followUpsOfRun: DataLoader<string, Run[]>;
  readonly lastRunsOfPlaybook: DataLoader<string, Run[]>;
  readonly batch: DataLoader<string, RunBatch>;
  readonly totalsOfBatch: DataLoader<string, BatchTotals>;
  readonly runStep: DataLoader<string, RunStep>;
  readonly stepsOfRun: DataLoader<string, RunStep[]>;
  readonly attemptsOfStep: DataLoader<string, Attempt[]>;
  readonly approvalOfStep: DataLoader<string, Approval | undefined>;
  readonly decisionsOfApproval: DataLoader<string, ApprovalDecision[]>;
  readonly notificationsOfApproval: DataLoader<string, ApprovalNotification[]>;
  readonly trigger: DataLoader<string, Trigger>;
  readonly event: DataLoader<string, ReceivedEvent>;
  readonly lastFiringsOfTrigger: DataLoader<string, TriggerFiring[]>;
  readonly firingsOfEvent: DataLoader<string, TriggerFiring[]>;
  readonly playbooksOfTrigger: DataLoader<string, Playbook[]>;
  readonly triggersOfPlaybook: DataLoader<string, Trigger[]>;
  readonly feedsOfConnection: DataLoader<string, EventFeed[]>;
}

export function createLoaders({ authenticator, approvals, connections, consents, playbooks, history, batches, protection, triggers, events, feeds }: LoaderServices, session: Session): Loaders {
  const connection: Loaders['connection'] = new DataLoader(async (ids) => arrange(ids, await connections.findByIds(session, ids), ({ id }) => id).map(([first]) => first));
  const linkOf = async (found: Connection | undefined): Promise<string | null> => (found && (await consents.link(session, found))) ?? null;
  return {
    actor: byId(session, 'API key or user', (ids) => authenticator.findActors(ids)),
    connection,
    connectionState: new DataLoader(async (ids) => arrange(ids, await connections.statesByIds(session, ids), (state) => state.connection.id).map(([first]) => first)),
    consent: new DataLoader((wanted) => connections.consentsOf(session, wanted)),
    consentLink: new DataLoader((ids) => Promise.all(ids.map(async (id) => linkOf(await connection.load(id))))),
    playbook: byId(session, 'playbook', (ids) => playbooks.findByIds(session, ids)),
    stepsOfPlaybook: new DataLoader(async (ids) => arrange(ids, await playbooks.stepsOf(session, ids), ({ playbookId }) => playbookId)),
    playbooksOfConnection: new DataLoader(async (ids) => {
      const uses = await playbooks.usingConnections(session, ids);
      return arrange(ids, uses, ({ connectionId }) => connectionId).map((found) => found.map(({ playbook }) => playbook));
    }),
    isProtected: new DataLoader(async (targets) => (await protection.of(targets)).map((found) => found !== undefined)),
    run: byId(session, 'run', (ids) => history.findByIds(session, ids)),
    relatedRun: new DataLoader(async (ids) => arrange(ids, await history.findByIds(session, ids), ({ id }) => id).map(([first]) => first)),
    followUpsOfRun: new DataLoader(async (ids) => {
      const found = await history.followUpsOf(session, ids);
      return ids.map((id) => found.filter(({ retryOfId, undoesId }) => retryOfId === id || undoesId === id));
    }),
    lastRunsOfPlaybook: new DataLoader(async (ids) => arrange(ids, await history.lastOf(session, ids), ({ playbookId }) => playbookId)),
    batch: byId(session, 'batch', (ids) => batches.findByIds(session, ids)),
    totalsOfBatch: new DataLoader((ids) => batches.totalsOf(session, ids)),
    runStep: byId(session, 'run step', (ids) => history.findSteps(session, ids)),
    stepsOfRun: new DataLoader(async (ids) => arrange(ids, await history.stepsOf(session, ids), ({ runId }) => runId)),
    approvalOfStep: new DataLoader(async (ids) => arrange(ids, await approvals.ofSteps(session, ids), ({ runStepId }) => runStepId).map(([first]) => first)),
    decisionsOfApproval: new DataLoader(async (ids) => arrange(ids, await approvals.decisionsOf(session, ids), ({ approvalId }) => approvalId)),
    notificationsOfApproval: new DataLoader(async (ids) => arrange(ids, await approvals.notificationsOf(session, ids), ({ approvalId }) => approvalId)),
    trigger: byId(session, 'trigger', (ids) => triggers.findByIds(session, ids)),
    event: byId(session, 'event', (ids) => events.findByIds(session, ids)),
    lastFiringsOfTrigger: new DataLoader(async (ids) => arrange(ids, await triggers.lastFirings(session, ids), ({ triggerId }) => triggerId)),
    firingsOfEvent: new DataLoader(async (ids) => arrange(ids, await triggers.firingsOfEvents(session, ids), ({ eventId }) => eventId)),
    playbooksOfTrigger: new DataLoader(async (ids) => arrange(ids, await triggers.playbooksOf(session, ids), ({ triggerId }) => triggerId).map((links) => links.map(({ playbook }) => playbook))),
    triggersOfPlaybook: new DataLoader(async (ids) => arrange(ids, await triggers.triggersOf(session, ids), ({ playbookId }) => playbookId).map((links) => links.map(({ trigger }) => trigger))),
    feedsOfConnection: new DataLoader(async (ids) => arrange(ids, await feeds.ofConnections(session, ids), ({ connectionId }) => connectionId)),
    attemptsOfStep: new DataLoader(async (ids) => arrange(ids, await history.attemptsOf(session, ids), ({ runStepId }) => runStepId)),
  };
}

/** For ids that other rows refer to: a missing one is a fault of ours, unless it was moved out of the limits of whoever asks, just now. */
function byId<Row extends { id: string }>({ isLimited }: Session, what: string, find: (ids: readonly string[]) => Promise<Row[]>): DataLoader<string, Row> {
  const missing = (id: string | undefined): Error => (isLimited ? new DomainError('NOT_FOUND', `There is no ${what} ${id}.`) : new Error(`The ${what} ${id} is referred to but gone.`));
  return new DataLoader(async (ids) => arrange(ids, await find(ids), ({ id }) => id).map(([row], index) => row ?? missing(ids[index])));
}

/** The rows in the order of the keys they belong to; a key without rows gets none. */
function arrange<Row>(keys: readonly string[], rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const groups = Map.groupBy(rows, keyOf);
  return keys.map((key) => groups.get(key) ?? []);
}
