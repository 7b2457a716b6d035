import type { AuditAction, AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import type { Page, PageRequest } from '../db/page.js';
import { DomainError, badInput, refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, newId, requireId } from '../kernel/ids.js';
import type { JsonObject } from '../kernel/json.js';
import { textProblems } from '../kernel/names.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';
import type { Registry } from '../registry/registry.js';
import { applyDraft, type TriggerDraft } from './draft-trigger.js';
import type { FiringStore } from './firing.store.js';
import type { TriggerFiring } from './trigger-firing.entity.js';
import type { Trigger } from './trigger.entity.js';
import type { TriggerFilter, TriggerStore } from './trigger.store.js';

const MAX_PLAYBOOKS = 50;
const LAST_FIRINGS = 3;

export interface NewTrigger extends TriggerDraft {
  readonly name: string;
  readonly eventType: string;
  readonly playbookIds?: readonly string[] | undefined;
}

export interface TriggerChange extends TriggerDraft {
  readonly id: string;
  /** The revision that the author read. */
  readonly revision: number;
}

export interface TriggerLink {
  readonly triggerId: string;
  readonly playbookId: string;
}

interface Deps {
  readonly database: Database;
  readonly triggers: TriggerStore;
  readonly firings: FiringStore;
  readonly playbooks: PlaybookStore;
  readonly registry: Registry;
  readonly audit: AuditTrail;
}

/** Triggers: written, linked, read, and checked before they are saved. */
export class TriggerService {
  constructor(private readonly deps: Deps) {}

  async create(session: Session, input: NewTrigger): Promise<Trigger> {
    session.assert('trigger:write');
    const now = new Date();
    const { next, problems } = applyDraft(emptyTrigger(session, input.eventType, now), input, this.deps.registry, now);
    const playbookIds = [...new Set(input.playbookIds ?? [])];
    refuseIfAny([...problems, ...playbookIdProblems(playbookIds)]);
    return this.deps.database.transact(async (tx) => {
      await this.deps.triggers.save(tx, next);
      await this.linkAll(tx, session, next.id, playbookIds, (index) => ['input', 'playbookIds', index]);
      this.note(tx, session, 'createTrigger', next, { playbookIds });
      return next;
    });
  }

  async update(session: Session, input: TriggerChange): Promise<Trigger> {
    return this.change(session, 'updateTrigger', input.id, (trigger, now) => {
      if (input.revision !== trigger.revision) {
        throw new DomainError('CONFLICT', `The trigger is at revision ${trigger.revision}, not ${input.revision}: somebody saved it since. Read it again and repeat the change.`, [{ path: ['input', 'revision'], message: `The current revision is ${trigger.revision}.` }]);
      }
      const { next, problems } = applyDraft(trigger, input, this.deps.registry, now);
      refuseIfAny(problems);
      return next;
    });
  }

  /** It fires no more; its firings and runs stay readable. */
  async delete(session: Session, id: string): Promise<Trigger> {
    return this.change(session, 'deleteTrigger', id, (trigger, now) => ({ ...trigger, active: false, deletedAt: now, nextDueAt: null }));
  }

  async link(session: Session, { triggerId, playbookId }: TriggerLink): Promise<{ trigger: Trigger; playbook: Playbook }> {
    requireId('playbook', playbookId, ['input', 'playbookId']);
    let playbook: Playbook | undefined;
    const trigger = await this.change(session, 'linkTrigger', triggerId, async (found, _now, tx) => {
      [playbook] = await this.linkAll(tx, session, triggerId, [playbookId], () => ['input', 'playbookId']);
      return found;
    }, { playbookId });
    if (!playbook) throw new Error(`The playbook ${playbookId} was not linked.`);
    return { trigger, playbook };
  }

  async unlink(session: Session, { triggerId, playbookId }: TriggerLink): Promise<{ trigger: Trigger; playbook: Playbook }> {
    requireId('playbook', playbookId, ['input', 'playbookId']);
    const trigger = await this.change(session, 'unlinkTrigger', triggerId, async (found, _now, tx) => {
      if (!(await this.deps.triggers.unlink(tx, triggerId, playbookId))) throw new DomainError('NOT_FOUND', `The trigger ${triggerId} is not linked to ${playbookId}.`);
      return found;
    }, { playbookId });
    const [playbook] = await this.deps.playbooks.findByIds(this.deps.database.reader, [playbookId]);
    if (!playbook) throw new Error(`The playbook ${playbookId} is gone.`);
    return { trigger, playbook };
  }

  async page(session: Session, filter: TriggerFilter, request: PageRequest): Promise<Page<Trigger>> {
    session.assert('trigger:read');
    refuseIfAny(textProblems(filter.eventType ?? '', ['eventType']));
    return this.deps.triggers.page(this.deps.database.reader, { ...filter, limits: session.limits }, request);
  }

  /** A trigger that is there; one that was deleted is read only through what it fired. */
  async find(session: Session, id: string): Promise<Trigger | undefined> {
    requireId('trigger', id, ['id']);
    const [trigger] = session.may('trigger:read') ? await this.findByIds(session, [id]) : [];
    return trigger?.deletedAt === null ? trigger : undefined;
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<Trigger[]> {
    session.assert('trigger:read');
    const { triggers, database } = this.deps;
    return triggers.findByIds(database.reader, await triggers.within(database.reader, session.limits, ids.filter((id) => isId('trigger', id))));
  }

  async playbooksOf(session: Session, triggerIds: readonly string[]): Promise<{ triggerId: string; playbook: Playbook }[]> {
    session.assert('playbook:read');
    const { triggers, playbooks, database } = this.deps;
    const links = await triggers.playbooksOf(database.reader, triggerIds);
    const visible = await playbooks.within(database.reader, session.limits, links.map(({ playbook }) => playbook.id));
    return links.filter(({ playbook }) => visible.includes(playbook.id));
  }

  triggersOf(session: Session, playbookIds: readonly string[]): Promise<{ playbookId: string; trigger: Trigger }[]> {
    session.assert('trigger:read');
    return this.deps.triggers.triggersOf(this.deps.database.reader, playbookIds);
  }

  firings(session: Session, triggerId: string, request: PageRequest): Promise<Page<TriggerFiring>> {
    session.assert('trigger:read');
    return this.deps.firings.page(this.deps.database.reader, triggerId, session.limits, request);
  }

  lastFirings(session: Session, triggerIds: readonly string[]): Promise<TriggerFiring[]> {
    session.assert('trigger:read');
    return this.deps.firings.lastOf(this.deps.database.reader, triggerIds, session.limits, LAST_FIRINGS);
  }

  async firingsByIds(session: Session, ids: readonly string[]): Promise<TriggerFiring[]> {
    session.assert('trigger:read');
    const { firings, database } = this.deps;
    return firings.findByIds(database.reader, await firings.within(database.reader, session.limits, ids));
  }

  async firingsOfEvents(session: Session, eventIds: readonly string[]): Promise<TriggerFiring[]> {
    session.assert('trigger:read');
    const { firings, database } = this.deps;
    const found = await firings.ofEvents(database.reader, eventIds);
    const visible = await firings.within(database.reader, session.limits, found.map(({ id }) => id));
    return found.filter(({ id }) => visible.includes(id));
  }

  /** Locks a trigger and saves what the work makes of it. */
  private async change(session: Session, action: AuditAction, id: string, work: (trigger: Trigger, now: Date, tx: Tx) => Trigger | Promise<Trigger>, details: JsonObject = {}): Promise<Trigger> {
    session.assert('trigger:write');
    requireId('trigger', id, ['input', 'id']);
    return this.deps.database.transact(async (tx) => {
      const trigger = await this.deps.triggers.lock(tx, id);
      if (!trigger) throw new DomainError('NOT_FOUND', `There is no trigger ${id}.`);
      const next = await work(trigger, new Date(), tx);
      if (next !== trigger) await this.deps.triggers.save(tx, next);
      this.note(tx, session, action, next, details);
      return next;
    });
  }

  private note(tx: Tx, { actor }: Session, action: AuditAction, trigger: Trigger, details: JsonObject): void {
    const { id, name, active, eventType, conditions, expression, schedule, timeZone, target, cooldownMs, revision } = trigger;
    this.deps.audit.record(tx, { actor, action, subject: id, details: { name, active, eventType, conditions, expression, schedule, timeZone, target, cooldownMs, revision, ...details } });
  }

  private async linkAll(tx: Tx, { actor }: Session, triggerId: string, playbookIds: readonly string[], pathOf: (index: number) => Problem['path']): Promise<Playbook[]> {
    const { playbooks, triggers } = this.deps;
    const found: Playbook[] = [];
    for (const [index, id] of playbookIds.entries()) {
      const playbook = await playbooks.lockForReading(tx, id);
      if (!playbook) throw new DomainError('NOT_FOUND', `There is no playbook ${id}.`, [{ path: pathOf(index), message: `There is no playbook ${id}.` }]);
      found.push(playbook);
    }
    const linkedAt = new Date();
    await triggers.link(tx, found.map(({ id }) => ({ triggerId, playbookId: id, linkedBy: actor, linkedAt })));
    const linked = await triggers.playbooksOf(tx, [triggerId]);
    if (linked.length > MAX_PLAYBOOKS) throw badInput(pathOf(0), `A trigger starts at most ${MAX_PLAYBOOKS} playbooks.`);
    return found;
  }
}

function emptyTrigger({ actor }: Session, eventType: string, now: Date): Trigger {
  const trigger: Trigger = {
    id: newId('trigger'),
    name: '',
    active: true,
    eventType,
    conditions: [],
    expression: null,
    schedule: null,
    timeZone: null,
    missedSchedule: 'SKIP',
    target: null,
    cooldownMs: null,
    revision: 0,
    createdBy: actor,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    nextDueAt: null,
  };
  return trigger;
}

function playbookIdProblems(ids: readonly string[]): Problem[] {
  return ids.flatMap((id, index) => (isId('playbook', id) ? [] : [{ path: ['input', 'playbookIds', index], message: `"${id.slice(0, 80)}" is not the id of a playbook.` }]));
}
