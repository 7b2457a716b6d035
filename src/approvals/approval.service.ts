import { createHash } from 'node:crypto';
import type { ActorStore } from '../auth/actor.store.js';
import type { AuditTrail } from '../auth/audit-trail.js';
import type { Session } from '../auth/session.js';
import type { Database, Tx } from '../db/database.js';
import type { Page, PageRequest } from '../db/page.js';
import { DomainError, refuseIfAny } from '../kernel/errors.js';
import { isId, kindOfId, requireId } from '../kernel/ids.js';
import { textProblems } from '../kernel/names.js';
import type { RunChanges } from '../runs/run-changes.js';
import type { WakeRun } from '../runs/run-queue.js';
import type { RunTransition } from '../runs/run-transition.js';
import type { Run } from '../runs/run.entity.js';
import type { ApprovalFeed } from './approval-feed.js';
import type { ApprovalDecision, Decision } from './approval-decision.entity.js';
import type { ApprovalLink } from './approval-link.entity.js';
import type { ApprovalNotification } from './approval-notification.entity.js';
import { nameOf, personOf, refuseDecision, type Decider } from './approval-rules.js';
import type { Approval } from './approval.entity.js';
import type { ApprovalFilter, ApprovalStore, Caller } from './approval.store.js';

const MAX_COMMENT_LENGTH = 2_000;

export interface Decide {
  readonly approvalId: string;
  readonly decision: Decision;
  readonly comment?: string | null | undefined;
}

interface Deps {
  readonly database: Database;
  readonly approvals: ApprovalStore;
  readonly actors: ActorStore;
  readonly changes: RunChanges;
  readonly wakeRun: WakeRun;
  readonly feed: ApprovalFeed;
  readonly audit: AuditTrail;
}

/** Approvals: read, decided by people who are signed in or who hold a link, and closed when their time is over. */
export class ApprovalService {
  constructor(private readonly deps: Deps) {}

  async decide(session: Session, input: Decide): Promise<Approval> {
    session.assert('approval:decide');
    requireId('approval', input.approvalId, ['input', 'approvalId']);
    const [visible] = await this.deps.approvals.within(this.deps.database.reader, session.limits, [input.approvalId]);
    if (visible === undefined) throw notFound(input.approvalId);
    return this.record(input, { ...session.actor, email: session.email });
  }

  /** What a link leads to; undefined when nobody was given it. Looking changes nothing. */
  async findByToken(token: string): Promise<{ approval: Approval; link: ApprovalLink } | undefined> {
    const { database, approvals } = this.deps;
    const link = await approvals.findLink(database.reader, hashToken(token));
    const [approval] = link ? await approvals.findByIds(database.reader, [link.approvalId]) : [];
    return link && approval ? { approval, link } : undefined;
  }

  /** The link is the authority; it is spent with the decision, in one transaction. */
  async decideByToken(token: string, decision: Decision, comment: string | null): Promise<Approval> {
    const found = await this.findByToken(token);
    const contact = found?.approval.policy.contacts[found.link.contactIndex];
    if (!found || !contact) throw new DomainError('NOT_FOUND', 'This link is not known here.');
    const { approval, link } = found;
    if (link.usedAt !== null) throw new DomainError('PRECONDITION_FAILED', 'This link was used before.');
    return this.record({ approvalId: approval.id, decision, comment }, { kind: 'CONTACT', ...contact }, (tx, now) => this.deps.approvals.spendLinks(tx, approval.id, link.contactIndex, now));
  }

  /** Closes an approval whose time is over; nothing happens when it was decided meanwhile. */
  async expire(approvalId: string): Promise<void> {
    const { database, approvals, changes, wakeRun } = this.deps;
    const [approval] = await approvals.findByIds(database.reader, [approvalId]);
    if (approval?.status !== 'PENDING' || approval.expiresAt > new Date()) return;
    await changes.change(approval.runId, async (transition, tx) => {
      const step = transition.step(approval.runStepId);
      if (step.status !== 'WAITING_FOR_APPROVAL') return;
      transition.move(step, 'EXPIRED', 'APPROVAL_EXPIRED', `Nobody approved ${step.key} in time.`);
      if (step.onFailure === 'STOP') transition.skipWhatHasNotStarted(`${step.key} was not approved in time.`);
      this.deps.audit.record(tx, { actor: null, action: 'expireApproval', subject: approvalId, details: { runId: approval.runId, step: step.key } });
      await this.goOn(transition, tx, wakeRun);
    });
  }

  /** Those that wait, and what becomes of them; with `mine`, only those that this session may still decide. */
  follow(session: Session, mine: boolean): AsyncIterableIterator<Approval> {
    session.assert('approval:read');
    return this.deps.feed.follow({ decidableBy: mine ? callerOf(session) : undefined, limits: session.limits });
  }

  page(session: Session, filter: { status?: Approval['status'] | undefined; mine?: boolean | undefined }, request: PageRequest): Promise<Page<Approval>> {
    session.assert('approval:read');
    const wanted: ApprovalFilter = { status: filter.status, decidableBy: filter.mine === true ? callerOf(session) : undefined, limits: session.limits };
    return this.deps.approvals.page(this.deps.database.reader, wanted, request);
  }

  async findByIds(session: Session, ids: readonly string[]): Promise<Approval[]> {
    session.assert('approval:read');
    const { approvals, database } = this.deps;
    return approvals.findByIds(database.reader, await approvals.within(database.reader, session.limits, ids.filter((id) => isId('approval', id))));
  }

  ofSteps(session: Session, runStepIds: readonly string[]): Promise<Approval[]> {
    session.assert('approval:read');
    return this.deps.approvals.ofSteps(this.deps.database.reader, runStepIds);
  }

  decisionsOf(session: Session, approvalIds: readonly string[]): Promise<ApprovalDecision[]> {
    session.assert('approval:read');
    return this.deps.approvals.decisionsOf(this.deps.database.reader, approvalIds);
  }

  notificationsOf(session: Session, approvalIds: readonly string[]): Promise<ApprovalNotification[]> {
    session.assert('approval:read');
    return this.deps.approvals.notificationsOf(this.deps.database.reader, approvalIds);
  }

  /** Under the run's lock, so that of two decisions at the same instant the second sees the first. */
  private async record({ approvalId, decision, comment }: Decide, decider: Decider, alsoDo: (tx: Tx, now: Date) => Promise<void> = () => Promise.resolve()): Promise<Approval> {
    const { database, approvals, changes, wakeRun } = this.deps;
    const said = comment?.trim() ?? '';
    refuseIfAny(said.length > MAX_COMMENT_LENGTH ? [{ path: ['input', 'comment'], message: `A comment has at most ${MAX_COMMENT_LENGTH} characters.` }] : textProblems(said, ['input', 'comment']));
    const [named] = await approvals.findByIds(database.reader, [approvalId]);
    const done = named && (await changes.change(named.runId, async (transition, tx) => {
      const [approval] = await approvals.findByIds(tx, [approvalId]);
      if (!approval) throw notFound(approvalId);
      const decisions = await approvals.decisionsOf(tx, [approvalId]);
      refuseDecision(approval, decisions, decider, await this.starterOf(tx, transition.run), transition.now);
      await approvals.insertDecision(tx, { approvalId, person: personOf(decider), decision, decidedBy: decider, comment: said === '' ? null : said, at: transition.now });
      await alsoDo(tx, transition.now);
      this.deps.audit.record(tx, { actor: decider, action: 'decideApproval', subject: approvalId, details: { runId: approval.runId, step: transition.step(approval.runStepId).key, decision, comment: said === '' ? null : said } });
      this.carryOut(transition, approval, decision, 1 + decisions.filter((other) => other.decision === 'APPROVE').length, decider);
      await this.goOn(transition, tx, wakeRun);
      return approvalId;
    }));
    const [decided] = done === undefined ? [] : await approvals.findByIds(database.reader, [approvalId]);
    if (!decided) throw notFound(approvalId);
    return decided;
  }

  /** One denial ends it; enough approvals let the step go on. */
  private carryOut(transition: RunTransition, approval: Approval, decision: Decision, approvedBy: number, decider: Decider): void {
    const step = transition.step(approval.runStepId);
    const { quorum } = approval.policy;
    if (decision === 'DENY') {
      transition.move(step, 'DENIED', 'APPROVAL_DECIDED', `${step.key} was denied by ${nameOf(decider)}.`);
      if (step.onFailure === 'STOP') transition.skipWhatHasNotStarted(`${step.key} was denied.`);
    } else if (approvedBy >= quorum) {
      step.approvedAt = transition.now;
      transition.move(step, 'QUEUED', 'APPROVAL_DECIDED', `${step.key} was approved by ${nameOf(decider)}${quorum > 1 ? `, the last of ${quorum} who had to` : ''}, and may start.`);
    } else {
      transition.tell('APPROVAL_DECIDED', `${step.key} was approved by ${nameOf(decider)}: ${approvedBy} of ${quorum}.`, step);
    }
  }

  /** Whoever started the run, or sent the event that did, with the address that makes them the same person as a contact; undefined when nobody did. */
  private async starterOf(tx: Tx, { startedBy }: Run): Promise<Decider | undefined> {
    const id = startedBy.kind === 'TRIGGER' ? startedBy.sentBy : startedBy.id;
    if (id === null) return undefined;
    const [actor] = await this.deps.actors.findByIds(tx, [id]);
    return { kind: kindOfId(id) === 'user' ? 'USER' : 'API_KEY', id, email: actor?.email ?? undefined };
  }

  private async goOn(transition: RunTransition, tx: Tx, wakeRun: WakeRun): Promise<void> {
    transition.queueReadySteps();
    transition.conclude();
    if (transition.run.finishedAt === null) await wakeRun(tx, transition.run.id);
  }
}

function callerOf({ actor, email }: Session): Caller {
  return { id: actor.id, person: personOf({ ...actor, email }), email };
}

function notFound(approvalId: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no approval ${approvalId}.`);
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
