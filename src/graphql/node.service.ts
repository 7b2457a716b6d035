import type { ApprovalService } from '../approvals/approval.service.js';
import type { AuditService } from '../audit/audit.service.js';
import type { ApiKeyService } from '../auth/api-key.service.js';
import type { Session } from '../auth/session.js';
import type { ConnectionService } from '../connections/connection.service.js';
import { badInput } from '../kernel/errors.js';
import type { IdKind } from '../kernel/ids.js';
import type { PlaybookService } from '../playbooks/playbook.service.js';
import type { CatalogueService } from '../registry/catalogue.service.js';
import type { RunHistoryService } from '../runs/run-history.service.js';
import type { EventFeedService } from '../triggers/event-feed.service.js';
import type { EventSourceService } from '../triggers/event-source.service.js';
import type { EventService } from '../triggers/event.service.js';
import type { TriggerService } from '../triggers/trigger.service.js';

interface Deps {
  readonly apiKeys: ApiKeyService;
  readonly audit: AuditService;
  readonly approvals: ApprovalService;
  readonly catalogue: CatalogueService;
  readonly connections: ConnectionService;
  readonly playbooks: PlaybookService;
  readonly history: RunHistoryService;
  readonly triggers: TriggerService;
  readonly events: EventService;
  readonly eventSources: EventSourceService;
  readonly feeds: EventFeedService;
}

type Find = (session: Session, ids: readonly string[]) => Promise<readonly { id: string }[]>;

/** Finds anything by its id, with the rights of whoever asks. */
export class NodeService {
  private readonly finders: Readonly<Record<IdKind, Find>>;

  constructor(private readonly deps: Deps) {
    const { apiKeys, audit, approvals, connections, playbooks, history, triggers, events, eventSources, feeds } = deps;
    this.finders = {
      apiKey: (session, ids) => {
        session.assert('api-key:read');
        return apiKeys.findByIds(ids);
      },
      connection: (session, ids) => connections.findByIds(session, ids),
      playbook: async (session, ids) => (await playbooks.findByIds(session, ids)).filter(({ deletedAt }) => deletedAt === null),
      playbookStep: (session, ids) => playbooks.findSteps(session, ids),
      run: (session, ids) => history.findByIds(session, ids),
      runStep: (session, ids) => history.findSteps(session, ids),
      approval: (session, ids) => approvals.findByIds(session, ids),
      trigger: async (session, ids) => (await triggers.findByIds(session, ids)).filter(({ deletedAt }) => deletedAt === null),
      event: (session, ids) => events.findByIds(session, ids),
      triggerFiring: (session, ids) => triggers.firingsByIds(session, ids),
      eventSource: (session, ids) => eventSources.findByIds(session, ids),
      auditEntry: (session, ids) => audit.findByIds(session, ids),
      eventFeed: (session, ids) => feeds.findByIds(session, ids),
    };
  }

  async find(session: Session, kind: IdKind | undefined, id: string): Promise<{ id: string } | undefined> {
    if (kind) return (await this.finders[kind](session, [id]))[0];
    if (!/^[a-z][a-z0-9-]*(:[a-z][a-z0-9-]*)?$/.test(id)) throw badInput(['id'], `"${id.slice(0, 80)}" is not an id of this API.`);
    const { catalogue } = this.deps;
    return catalogue.action(session, id) ?? catalogue.eventType(session, id) ?? catalogue.provider(session, id);
  }
}
