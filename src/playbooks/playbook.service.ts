import type { AuditAction, AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { ConnectionStore } from '../connections/connection.store.js';
import type { ConnectionState } from '../connections/consent.machine.js';
import type { Database, Tx } from '../db/database.js';
import type { Page, PageRequest } from '../db/page.js';
import { DomainError, refuseIfAny, type Problem } from '../kernel/errors.js';
import { isId, newId, requireId } from '../kernel/ids.js';
import { nameProblems, textProblems } from '../kernel/names.js';
import type { Registry } from '../registry/registry.js';
import { StepDrafting, type PlacedDraft, type StepDraft } from './draft-steps.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import type { Playbook } from './playbook.entity.js';
import type { PlaybookFilter, PlaybookStore } from './playbook.store.js';
import { readinessProblems, type ReadinessProblem } from './readiness.js';

export interface NewPlaybook {
  readonly name: string;
  readonly description?: string | undefined;
  readonly active?: boolean | undefined;
  readonly requiresReason?: boolean | undefined;
  readonly steps?: readonly StepDraft[] | undefined;
}

/** A change of a playbook; what is left out stays. */
export interface PlaybookChange {
  readonly id: string;
  /** The revision that the author read. */
  readonly revision: number;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly active?: boolean | undefined;
  readonly requiresReason?: boolean | undefined;
  readonly steps?: readonly StepDraft[] | undefined;
}

/** What a playbook is to become; `problems` hold what is wrong with it. */
export interface Edit {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly active?: boolean | undefined;
  readonly requiresReason?: boolean | undefined;
  readonly drafts: readonly PlacedDraft[];
}

interface Deps {
  readonly database: Database;
  readonly playbooks: PlaybookStore;
  readonly connections: ConnectionStore;
  readonly registry: Registry;
  readonly audit: AuditTrail;
}

/** Playbooks: written, read, and checked before they are saved. */
export class PlaybookService {
  constructor(private readonly deps: Deps) {}

  async create(session: Session, input: NewPlaybook): Promise<Playbook> {
    session.assertWithoutLimits('playbook:write');
    const now = new Date();
    const playbook: Playbook = {
      id: newId('playbook'),
      name: '',
      description: '',
      active: true,
      requiresReason: false,
      revision: 0,
      createdBy: session.actor,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const drafts = (input.steps ?? []).map((draft, index) => ({ draft, path: ['input', 'steps', index] }));
    return this.deps.database.transact((tx) => this.saveEdit(tx, session, playbook, { ...input, drafts }, 'createPlaybook'));
  }

  async update(session: Session, input: PlaybookChange): Promise<Playbook> {
    return this.change(session, 'updatePlaybook', { id: input.id, path: ['input', 'id'], revision: input.revision }, (_playbook, steps) => {
      if (!input.steps) return { ...input, drafts: toDrafts(steps) };
      const drafts = input.steps.map((draft, index) => ({ id: steps.find(({ key }) => key === draft.key)?.id, draft, path: ['input', 'steps', index] }));
      return { ...input, drafts };
    });
  }

  /** Locks a playbook, checks the revision that its author read, and saves the next one. */
  async change(
    session: Session,
    action: AuditAction,
    { id, path, revision }: { id: string; path: Problem['path']; revision: number | undefined },
    edit: (playbook: Playbook, steps: readonly PlaybookStep[]) => Edit,
  ): Promise<Playbook> {
    session.assert('playbook:write');
    requireId('playbook', id, path);
    return this.deps.database.transact(async (tx) => {
      const playbook = await this.lock(tx, session, id, revision);
      const steps = await this.deps.playbooks.stepsOf(tx, [id]);
      return this.saveEdit(tx, session, playbook, edit(playbook, steps), action);
    });
  }

  async delete(session: Session, id: string): Promise<Playbook> {
    session.assert('playbook:write');
    requireId('playbook', id, ['input', 'id']);
    return this.deps.database.transact(async (tx) => {
      const playbook = await this.lock(tx, session, id, undefined);
      const deletedAt = new Date();
      await this.deps.playbooks.markDeleted(tx, id, deletedAt);
      this.deps.audit.record(tx, { actor: session.actor, action: 'deletePlaybook', subject: id, details: { name: playbook.name, revision: playbook.revision } });
      return { ...playbook, deletedAt, active: false };
    });
  }

  page(session: Session, filter: PlaybookFilter, request: PageRequest): Promise<Page<Playbook>> {
    session.assert('playbook:read');
    refuseIfAny(textProblems(filter.search ?? '', ['search']));
    return this.deps.playbooks.page(this.deps.database.reader, { ...filter, limits: session.limits }, request);
  }

  /** A playbook that is there; one that was deleted is read only through its runs. */
  async find(session: Session, id: string): Promise<Playbook | undefined> {
    requireId('playbook', id, ['id']);
    const [playbook] = session.may('playbook:read') ? await this.findByIds(session, [id]) : [];
    return playbook?.deletedAt === null ? playbook : undefined;
  }

  /** What is found of these ids, deleted ones too, for the runs that name them. */
  async findByIds(session: Session, ids: readonly string[]): Promise<Playbook[]> {
    session.assert('playbook:read');
    const { playbooks, database } = this.deps;
    return playbooks.findByIds(database.reader, await playbooks.within(database.reader, session.limits, ids.filter((id) => isId('playbook', id))));
  }

  async findSteps(session: Session, ids: readonly string[]): Promise<PlaybookStep[]> {
    session.assert('playbook:read');
    const { playbooks, database } = this.deps;
    const steps = await playbooks.findSteps(database.reader, ids);
    const visible = await playbooks.within(database.reader, session.limits, steps.map(({ playbookId }) => playbookId));
    return steps.filter(({ playbookId }) => visible.includes(playbookId));
  }

  stepsOf(session: Session, playbookIds: readonly string[]): Promise<PlaybookStep[]> {
    session.assert('playbook:read');
    return this.deps.playbooks.stepsOf(this.deps.database.reader, playbookIds);
  }

  usingConnections(session: Session, connectionIds: readonly string[]): Promise<{ connectionId: string; playbook: Playbook }[]> {
    session.assert('playbook:read');
    return this.deps.playbooks.usingConnections(this.deps.database.reader, connectionIds, session.limits);
  }

  readiness(playbook: Playbook, steps: readonly PlaybookStep[], connections: readonly ConnectionState[]): ReadinessProblem[] {
    return readinessProblems(playbook, steps, this.deps.registry, connections);
  }

  private async lock(tx: Tx, { limits }: Session, id: string, revision: number | undefined): Promise<Playbook> {
    const playbook = await this.deps.playbooks.lock(tx, id);
    const [visible] = await this.deps.playbooks.within(tx, limits, [id]);
    if (!playbook || visible === undefined) throw new DomainError('NOT_FOUND', `There is no playbook ${id}.`);
    if (revision === undefined || revision === playbook.revision) return playbook;
    throw new DomainError('CONFLICT', `The playbook is at revision ${playbook.revision}, not ${revision}: somebody saved it since. Read it again and repeat the change.`, [
      { path: ['input', 'revision'], message: `The current revision is ${playbook.revision}.` },
    ]);
  }

  private async saveEdit(tx: Tx, session: Session, playbook: Playbook, edit: Edit, action: AuditAction): Promise<Playbook> {
    const next: Playbook = {
      ...playbook,
      name: (edit.name ?? playbook.name).trim(),
      description: edit.description ?? playbook.description,
      active: edit.active ?? playbook.active,
      requiresReason: edit.requiresReason ?? playbook.requiresReason,
      revision: playbook.revision + 1,
      updatedAt: new Date(),
    };
    const connectionIds = edit.drafts.flatMap(({ draft }) => draft.connectionId ?? []).filter((id) => isId('connection', id) && session.seesConnection(id));
    const connections = (await this.deps.connections.findByIds(tx, connectionIds)).filter(({ deletedAt }) => deletedAt === null);
    const drafting = new StepDrafting(this.deps.registry, new Map(connections.map((connection) => [connection.id, connection])));
    const steps = drafting.toSteps(playbook.id, edit.drafts, ['input', 'steps']);
    refuseIfAny([...nameProblems(next.name, ['input', 'name']), ...textProblems(next.description, ['input', 'description']), ...drafting.problems]);
    await this.deps.playbooks.save(tx, next, steps, session.actor);
    // The whole of a revision is kept beside the playbook; the log names it.
    const { id, name, active, requiresReason, revision } = next;
    this.deps.audit.record(tx, { actor: session.actor, action, subject: id, details: { name, active, requiresReason, revision, steps: steps.map(({ key, actionId, connectionId, approval }) => ({ key, action: actionId, connectionId, needsApproval: approval !== null })) } });
    return next;
  }
}

/** Saved steps as drafts again, for edits that leave most of them alone. */
export function toDrafts(steps: readonly PlaybookStep[]): PlacedDraft[] {
  return steps.map((step, index) => ({
    id: step.id,
    draft: { ...step, action: step.actionId },
    path: ['input', 'steps', index],
  }));
}
