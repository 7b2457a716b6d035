import type { AuditAction } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import { DomainError } from '../kernel/errors.js';
import { requireId } from '../kernel/ids.js';
import { definedOf } from '../kernel/json.js';
import type { StepDraft } from './draft-steps.js';
import type { PlaybookStep } from './playbook-step.entity.js';
import type { Playbook } from './playbook.entity.js';
import { toDrafts, type PlaybookService } from './playbook.service.js';
import type { PlaybookStore } from './playbook.store.js';

export interface ChangedStep {
  readonly playbook: Playbook;
  readonly step: PlaybookStep;
}

/** Changes of single steps; each makes the next revision of the playbook, as any save does. */
export class PlaybookStepService {
  constructor(private readonly deps: { database: Database; playbooks: PlaybookStore; playbookService: PlaybookService }) {}

  async add(session: Session, input: StepDraft & { playbookId: string; revision?: number | undefined; position?: number | undefined }): Promise<ChangedStep> {
    const { playbookId, revision, position, ...draft } = input;
    let place = 0;
    const playbook = await this.deps.playbookService.change(session, 'addPlaybookStep', { id: playbookId, path: ['input', 'playbookId'], revision }, (_playbook, steps) => {
      place = Math.min(Math.max(position ?? steps.length, 0), steps.length);
      return { drafts: toDrafts(steps).toSpliced(place, 0, { draft, path: ['input'] }) };
    });
    return this.result(playbook, (step) => step.position === place);
  }

  /** What the change leaves out stays as it is. */
  async update(session: Session, input: Partial<StepDraft> & { id: string; revision?: number | undefined }): Promise<ChangedStep> {
    const { id, revision, ...change } = input;
    const playbook = await this.editStep(session, 'updatePlaybookStep', { id, revision }, (steps) =>
      toDrafts(steps).map((placed) =>
        placed.id === id ? { id, draft: merge(placed.draft, change), path: ['input'] } : placed,
      ),
    );
    return this.result(playbook, (step) => step.id === id);
  }

  async remove(session: Session, input: { id: string; revision?: number | undefined }): Promise<Playbook> {
    return this.editStep(session, 'removePlaybookStep', { id: input.id, revision: input.revision }, (steps) => toDrafts(steps.filter((step) => step.id !== input.id)));
  }

  private async editStep(
    session: Session,
    action: AuditAction,
    { id, revision }: { id: string; revision: number | undefined },
    edit: (steps: readonly PlaybookStep[]) => ReturnType<typeof toDrafts>,
  ): Promise<Playbook> {
    session.assert('playbook:write');
    requireId('playbookStep', id, ['input', 'id']);
    const [found] = await this.deps.playbookService.findSteps(session, [id]);
    if (!found) throw new DomainError('NOT_FOUND', `There is no step ${id}.`);
    return this.deps.playbookService.change(session, action, { id: found.playbookId, path: ['input', 'id'], revision }, (_playbook, steps) => ({ drafts: edit(steps) }));
  }

  private async result(playbook: Playbook, isMeant: (step: PlaybookStep) => boolean): Promise<ChangedStep> {
    const steps = await this.deps.playbooks.stepsOf(this.deps.database.reader, [playbook.id]);
    const step = steps.find(isMeant);
    if (!step) throw new DomainError('CONFLICT', 'Somebody changed the playbook at the same time. Read it again.');
    return { playbook, step };
  }
}

function merge(draft: StepDraft, change: Partial<StepDraft>): StepDraft {
  return { ...draft, ...definedOf(change), retry: { ...draft.retry, ...definedOf(change.retry ?? {}) } };
}
