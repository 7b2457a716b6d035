import type { ApprovalService } from '../approvals/approval.service.js';
import type { AuditService } from '../audit/audit.service.js';
import type { ApiKeyService } from '../auth/api-key.service.js';
import type { Permission } from '../auth/permissions.js';
import type { UserService } from '../auth/user.service.js';
import type { Session } from '../auth/session.js';
import type { ConnectionService } from '../connections/connection.service.js';
import { badInput } from '../kernel/errors.js';
import type { IdKind } from '../kernel/ids.js';
import type { PlaybookService } from '../playbooks/playbook.service.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { BatchService } from '../runs/batch.service.js';
import type { RunHistoryService } from '../runs/run-history.service.js';
import type { EventFeedService } from '../triggers/event-feed.service.js';
import type { EventSourceService } from '../triggers/event-source.service.js';
import type { EventService } from '../triggers/event.service.js';
import type { TriggerService } from '../triggers/trigger.service.js';

interface Deps {
  readonly apiKeys: ApiKeyService;
  readonly audit: AuditService;
  readonly users: UserService;
  readonly approvals: ApprovalService;
  readonly catalogue: CatalogueService;
  readonly connections: ConnectionService;
  readonly playbooks: PlaybookService;
  readonly history: RunHistoryService;
  readonly batches: BatchService;
  readonly triggers: TriggerService;
  readonly events: EventService;
  readonly eventSources: EventSourceService;
  readonly feeds: EventFeedService;
}

type Find = (session: Session, ids: readonly string[]) => Promise<readonly { id: string }[]>;

/** How things of a kind are found, and what one needs to see any of them. */
interface Finder {
  readonly needs: Permission;
  readonly find: Find;
}

/** Finds anything by its id, with the rights of whoever asks. What they may not see is not there for them. */
export class NodeService {
  private readonly finders: Readonly<Record<IdKind, Finder>>;

  constructor(private readonly deps: Deps) {
    const { apiKeys, users, audit, approvals, connections, playbooks, history, batches, triggers, events, eventSources, feeds } = deps;
    this.finders = {
      apiKey: { needs: 'api-key:read', find: (_session, ids) => apiKeys.findByIds(ids) },
      user: { needs: 'user:read', find: (session, ids) => users.findByIds(session, ids) },
      connection: { needs: 'connection:read', find: (session, ids) => connections.findByIds(session, ids) },
      playbook: { needs: 'playbook:read', find: async (session, ids) => (await playbooks.findByIds(session, ids)).filter(({ deletedAt }) => deletedAt === null) },
      playbookStep: { needs: 'playbook:read', find: (session, ids) => playbooks.findSteps(session, ids) },
      run: { needs: 'run:read', find: (session, ids) => history.findByIds(session, ids) },
      runStep: { needs: 'run:read', find: (session, ids) => history.findSteps(session, ids) },
      batch: { needs: 'run:read', find: (session, ids) => batches.findByIds(session, ids) },
      approval: { needs: 'approval:read', find: (session, ids) => approvals.findByIds(session, ids) },
      trigger: { needs: 'trigger:read', find: async (session, ids) => (await triggers.findByIds(session, ids)).filter(({ deletedAt }) => deletedAt === null) },
      event: { needs: 'event:read', find: (session, ids) => events.findByIds(session, ids) },
      triggerFiring: { needs: 'trigger:read', find: (session, ids) => triggers.firingsByIds(session, ids) },
      eventSource: { needs: 'event-source:read', find: (session, ids) => eventSources.findByIds(session, ids) },
      auditEntry: { needs: 'audit:read', find: (session, ids) => audit.findByIds(session, ids) },
      eventFeed: { needs: 'connection:read', find: (session, ids) => feeds.findByIds(session, ids) },
    };
  }

  async find(session: Session, kind: IdKind | undefined, id: string): Promise<{ id: string } | undefined> {
    if (kind) return this.findRow(session, this.finders[kind], id);
    if (!/^[a-z][a-z0-9-]*(:[a-z][a-z0-9-]*)?$/.test(id)) throw badInput(['id'], `"${id.slice(0, 80)}" is not an id of this API.`);
    const { catalogue } = this.deps;
    if (!session.may('catalogue:read')) return undefined;
    return catalogue.action(session, id) ?? catalogue.eventType(session, id) ?? catalogue.provider(session, id);
  }

  private async findRow(session: Session, { needs, find }: Finder, id: string): Promise<{ id: string } | undefined> {
    return session.may(needs) ? (await find(session, [id]))[0] : undefined;
  }
}
