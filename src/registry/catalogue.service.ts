import type { ActionOutcome } from '@countermeasure/sdk';
import type { Session } from '../auth/session.js';
import { DomainError } from '../kernel/errors.js';
import type { JsonObject } from '../kernel/json.js';
import type { RegisteredAction, RegisteredEventType, RegisteredProvider, Registry } from './registry.js';

/** A sandbox, and what to try on it. */
export interface SandboxTenant {
  readonly connectionName: string;
  readonly connectionSettings: JsonObject;
  readonly exampleTargetId: string;
  readonly examplePlaybookName: string;
  readonly exampleReason: string;
  readonly exampleActions: readonly RegisteredAction[];
}

/** The catalogue of what can be done, as callers may see it. */
export class CatalogueService {
  constructor(private readonly deps: { registry: Registry }) {}

  providers(session: Session): readonly RegisteredProvider[] {
    session.assert('catalogue:read');
    return this.deps.registry.providers();
  }

  provider(session: Session, id: string): RegisteredProvider | undefined {
    session.assert('catalogue:read');
    return this.deps.registry.provider(id);
  }

  sandboxTenant({ id, sandbox }: RegisteredProvider): SandboxTenant | undefined {
    if (!sandbox) return undefined;
    const { connectionName, connectionSettings, exampleTargetId, demonstration } = sandbox;
    const { playbookName: examplePlaybookName, reason: exampleReason, actionNames } = demonstration;
    const exampleActions = actionNames.flatMap((name) => this.deps.registry.action(`${id}:${name}`) ?? []);
    return { connectionName, connectionSettings, exampleTargetId, examplePlaybookName, exampleReason, exampleActions };
  }

  /** For ids that were checked when they were stored: it is only gone when its plugin is no longer loaded. */
  requireProvider(session: Session, id: string): RegisteredProvider {
    const provider = this.provider(session, id);
    if (!provider) throw notLoaded('provider', id);
    return provider;
  }

  actions(session: Session, filter: { provider?: string | undefined; outcome?: ActionOutcome | undefined } = {}): readonly RegisteredAction[] {
    session.assert('catalogue:read');
    return this.deps.registry.actions(filter);
  }

  action(session: Session, id: string): RegisteredAction | undefined {
    session.assert('catalogue:read');
    return this.deps.registry.action(id);
  }

  eventTypes(session: Session): readonly RegisteredEventType[] {
    session.assert('catalogue:read');
    return this.deps.registry.eventTypes();
  }

  eventType(session: Session, id: string): RegisteredEventType | undefined {
    session.assert('catalogue:read');
    return this.deps.registry.eventType(id);
  }

  requireEventType(session: Session, id: string): RegisteredEventType {
    const eventType = this.eventType(session, id);
    if (!eventType) throw notLoaded('event type', id);
    return eventType;
  }

  requireAction(session: Session, id: string): RegisteredAction {
    const action = this.action(session, id);
    if (!action) throw notLoaded('action', id);
    return action;
  }
}

function notLoaded(what: string, id: string): DomainError {
  return new DomainError('PRECONDITION_FAILED', `No loaded plugin brings the ${what} ${id}: list its package in PLUGINS and start the service again.`);
}
