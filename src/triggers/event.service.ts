import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import type { Page, PageRequest } from '../db/page.js';
import { refuseIfAny } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { Problem } from '../kernel/errors.js';
import { SCHEDULE } from '../registry/built-in-event-types.js';
import type { AcceptedEvent, EventIntake, IncomingEvent } from './event-intake.js';
import type { ReceivedEvent } from './event.entity.js';
import type { EventStore } from './event.store.js';

const EVENTS: Problem['path'] = ['input', 'events'];

interface Deps {
  readonly database: Database;
  readonly events: EventStore;
  readonly intake: EventIntake;
  readonly audit: AuditTrail;
}

/** Events: sent by whoever may, and read. */
export class EventService {
  constructor(private readonly deps: Deps) {}

  /** Answers as soon as all of them are safely stored, or refuses all of them. */
  async ingest(session: Session, incoming: readonly IncomingEvent[]): Promise<AcceptedEvent[]> {
    session.assert('event:ingest');
    const { intake, database } = this.deps;
    const schedules = incoming.flatMap(({ type }, index): Problem[] => (type === SCHEDULE ? [{ path: [...EVENTS, index, 'type'], message: 'Events of schedules are made by the service alone.' }] : []));
    refuseIfAny([...intake.problemsOf(incoming, EVENTS), ...schedules]);
    return database.transact(async (tx) => {
      const accepted = await intake.accept(tx, incoming, `api:${session.actor.id}`, EVENTS);
      const duplicates = accepted.filter(({ isDuplicate }) => isDuplicate).length;
      this.deps.audit.record(tx, { actor: session.actor, action: 'ingestEvents', subject: null, details: { types: [...new Set(incoming.map(({ type }) => type))], accepted: accepted.length - duplicates, duplicates } });
      return accepted;
    });
  }

  async page(session: Session, filter: { eventType?: string | undefined }, request: PageRequest): Promise<Page<ReceivedEvent>> {
    session.assert('event:read');
    refuseIfAny(textProblems(filter.eventType ?? '', ['type']));
    return this.deps.events.page(this.deps.database.reader, { ...filter, limits: session.limits }, request);
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<ReceivedEvent[]> {
    session.assert('event:read');
    const { events, database } = this.deps;
    return events.findByIds(database.reader, await events.within(database.reader, session.limits, ids.filter((id) => isId('event', id))));
  }
}
