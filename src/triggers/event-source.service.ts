import type { AuditAction, AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { CredentialVault } from '../connections/credential-vault.js';
import type { Database, Tx } from '../db/database.js';
import { DomainError, badInput, refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, newId, requireId } from '../kernel/ids.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import type { Registry } from '../registry/registry.js';
import type { EventSource } from './event-source.entity.js';
import type { EventSourceStore } from './event-source.store.js';
import type { HookRefusal } from './hook-refusal.entity.js';
import { newHookSecret } from './signature.js';
import { MAX_SOURCE_NAME_LENGTH, isSourceName } from './source-name.js';

const DEFAULT_OVERLAP_MS = 24 * 60 * 60_000;
const MAX_OVERLAP_MS = 30 * 24 * 60 * 60_000;

/** A source with its secret: the only time that it is told. */
export interface SourceWithSecret {
  readonly source: EventSource;
  readonly secret: string;
}

interface Deps {
  readonly database: Database;
  readonly sources: EventSourceStore;
  readonly vault: CredentialVault;
  readonly registry: Registry;
  readonly audit: AuditTrail;
}

/** The systems that may post events: made, switched off, and their secrets changed. */
export class EventSourceService {
  constructor(private readonly deps: Deps) {}

  async create(session: Session, { name, eventType }: { name: string; eventType: string }): Promise<SourceWithSecret> {
    session.assert('event-source:write');
    refuseIfAny(this.problemsOf(name, eventType));
    const { database, sources } = this.deps;
    const id = newId('eventSource');
    const { secret, sealed } = await this.newSecret(id);
    const source: EventSource = {
      id, name, eventType, active: true, sealedSecret: sealed, sealedPreviousSecret: null, previousSecretUntil: null,
      createdBy: session.actor, createdAt: new Date(), lastReceivedAt: null, deletedAt: null,
    };
    await database.transact(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 2))', [name]);
      if (await sources.findByName(tx, name)) throw badInput(['input', 'name'], `There is an event source of the name "${name}" already.`);
      await sources.insert(tx, source);
      this.note(tx, session, 'createEventSource', source);
    });
    return { source, secret };
  }

  async update(session: Session, { id, active }: { id: string; active: boolean }): Promise<EventSource> {
    return this.change(session, 'updateEventSource', id, (source) => ({ ...source, active }));
  }

  /** The secret before counts for the length of the overlap, so that the sender can be changed without losing an event. */
  async rotateSecret(session: Session, { id, overlapMs = DEFAULT_OVERLAP_MS }: { id: string; overlapMs?: number | undefined }): Promise<SourceWithSecret> {
    session.assert('event-source:write');
    if (overlapMs < 0 || overlapMs > MAX_OVERLAP_MS) throw badInput(['input', 'overlap'], 'The overlap is at most P30D.');
    requireId('eventSource', id, ['input', 'id']);
    const { secret, sealed } = await this.newSecret(id);
    const source = await this.change(session, 'rotateEventSourceSecret', id, (found) => ({ ...found, sealedSecret: sealed, sealedPreviousSecret: found.sealedSecret, previousSecretUntil: new Date(Date.now() + overlapMs) }));
    return { source, secret };
  }

  async delete(session: Session, id: string): Promise<EventSource> {
    return this.change(session, 'deleteEventSource', id, (source) => ({ ...source, active: false, deletedAt: new Date() }));
  }

  all(session: Session): Promise<EventSource[]> {
    session.assert('event-source:read');
    return this.deps.sources.all(this.deps.database.reader);
  }

  findByIds(session: Session, ids: readonly string[]): Promise<EventSource[]> {
    session.assert('event-source:read');
    return this.deps.sources.findByIds(this.deps.database.reader, ids.filter((id) => isId('eventSource', id)));
  }

  refusals(session: Session): Promise<HookRefusal[]> {
    session.assert('event-source:read');
    return this.deps.sources.refusals(this.deps.database.reader);
  }

  private async newSecret(id: string): Promise<{ secret: string; sealed: string }> {
    const secret = newHookSecret();
    const { sealed } = await this.deps.vault.seal(id, { secret });
    return { secret, sealed };
  }

  private async change(session: Session, action: AuditAction, id: string, work: (source: EventSource) => EventSource): Promise<EventSource> {
    session.assert('event-source:write');
    requireId('eventSource', id, ['input', 'id']);
    return this.deps.database.transact(async (tx: Tx) => {
      const source = await this.deps.sources.lock(tx, id);
      if (!source) throw new DomainError('NOT_FOUND', `There is no event source ${id}.`);
      const next = work(source);
      await this.deps.sources.save(tx, next);
      this.note(tx, session, action, next);
      return next;
    });
  }

  private note(tx: Tx, { actor }: Session, action: AuditAction, { id, name, eventType, active, previousSecretUntil }: EventSource): void {
    this.deps.audit.record(tx, { actor, action, subject: id, details: { name, eventType, active, previousSecretUntil } });
  }

  private problemsOf(name: string, eventType: string): Problem[] {
    const problems: Problem[] = [];
    if (!isSourceName(name)) problems.push({ path: ['input', 'name'], message: `The name is part of an address: kebab-case, at most ${MAX_SOURCE_NAME_LENGTH} characters, for example "sentinel-prod".` });
    if (!this.deps.registry.eventType(eventType)) problems.push({ path: ['input', 'eventType'], message: `There is no event type "${eventType.slice(0, 80)}"; the query eventTypes lists those there are.` });
    if (eventType === SCHEDULE) problems.push({ path: ['input', 'eventType'], message: 'Events of schedules are made by the service alone.' });
    return problems;
  }
}
