import type { Session } from '../auth/session.js';
import type { Database } from '../db/database.js';
import type { Page, PageRequest } from '../db/page.js';
import { DomainError, badInput, refuseIfAny } from '../kernel/errors.js';
import { isId, requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { Attempt } from './attempt.entity.js';
import type { RunEvent } from './run-event.entity.js';
import type { RunActivity } from './run-activity.js';
import type { RunFeed } from './run-feed.js';
import type { RunStep } from './run-step.entity.js';
import type { Run } from './run.entity.js';
import type { RunFilter, RunStore } from './run.store.js';

const EVENTS_BY_DEFAULT = 100;
const MOST_EVENTS = 1_000;
const LAST_RUNS = 5;

/** Runs as they are read and followed. */
export class RunHistoryService {
  constructor(private readonly deps: { database: Database; runs: RunStore; feed: RunFeed; activity: RunActivity }) {}

  async find(session: Session, id: string): Promise<Run | undefined> {
    requireId('run', id, ['id']);
    const [run] = session.may('run:read') ? await this.findByIds(session, [id]) : [];
    return run;
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<Run[]> {
    session.assert('run:read');
    const { runs, database } = this.deps;
    return runs.findByIds(database.reader, await runs.within(database.reader, session.limits, ids.filter((id) => isId('run', id))));
  }

  /** The retries and undos of runs, in the order in which they were started. */
  async followUpsOf(session: Session, runIds: readonly string[]): Promise<Run[]> {
    session.assert('run:read');
    const { runs, database } = this.deps;
    const found = await runs.followUpsOf(database.reader, runIds);
    const visible = await runs.within(database.reader, session.limits, found.map(({ id }) => id));
    return found.filter(({ id }) => visible.includes(id));
  }

  /** The newest runs of each playbook, the newest first. */
  lastOf(session: Session, playbookIds: readonly string[]): Promise<Run[]> {
    session.assert('run:read');
    const { runs, database } = this.deps;
    return runs.lastOf(database.reader, playbookIds, session.limits, LAST_RUNS);
  }

  /** Each run that matches, whenever its state has changed from now on. */
  followAll(session: Session, filter: RunFilter): AsyncIterableIterator<Run> {
    session.assert('run:read');
    checkFilter(filter);
    return this.deps.activity.follow({ ...filter, limits: session.limits });
  }

  page(session: Session, filter: RunFilter, request: PageRequest): Promise<Page<Run>> {
    session.assert('run:read');
    checkFilter(filter);
    return this.deps.runs.page(this.deps.database.reader, { ...filter, limits: session.limits }, request);
  }

  async findSteps(session: Session, ids: readonly string[]): Promise<RunStep[]> {
    session.assert('run:read');
    const { runs, database } = this.deps;
    const steps = await runs.findSteps(database.reader, ids);
    const visible = await runs.within(database.reader, session.limits, steps.map(({ runId }) => runId));
    return steps.filter(({ runId }) => visible.includes(runId));
  }

  stepsOf(session: Session, runIds: readonly string[]): Promise<RunStep[]> {
    session.assert('run:read');
    return this.deps.runs.stepsOf(this.deps.database.reader, runIds);
  }

  attemptsOf(session: Session, stepIds: readonly string[]): Promise<Attempt[]> {
    session.assert('run:read');
    return this.deps.runs.attemptsOf(this.deps.database.reader, stepIds);
  }

  async eventsOf(session: Session, runId: string, range: { after?: number | undefined; first?: number | undefined }): Promise<RunEvent[]> {
    session.assert('run:read');
    const { after = 0, first = EVENTS_BY_DEFAULT } = range;
    if (after < 0) throw badInput(['after'], 'after is the sequence that was seen last, 0 for the start.');
    if (first < 1 || first > MOST_EVENTS) throw badInput(['first'], `first is a number from 1 to ${MOST_EVENTS}.`);
    return this.deps.runs.eventsOf(this.deps.database.reader, runId, after, first);
  }

  /** First what is stored after the sequence, then what comes; ends with the run. */
  async follow(session: Session, runId: string, after: number): Promise<AsyncIterableIterator<RunEvent>> {
    requireId('run', runId, ['runId']);
    if (after < 0) throw badInput(['after'], 'after is the sequence that was seen last, 0 for the start.');
    const run = await this.find(session, runId);
    if (!run) throw new DomainError('NOT_FOUND', `There is no run ${runId}.`);
    return this.deps.feed.follow(runId, after);
  }
}

function checkFilter(filter: RunFilter): void {
  if (filter.playbookId !== undefined) requireId('playbook', filter.playbookId, ['filter', 'playbookId']);
  if (filter.batchId !== undefined) requireId('batch', filter.batchId, ['filter', 'batchId']);
  refuseIfAny(textProblems(filter.targetId ?? '', ['filter', 'targetId']));
}
