import type { Notice, ResolvedTarget } from '@countermeasure/sdk';
import type { ActorStore } from '../auth/actor.store.js';
import { nameOf } from '../approvals/approval-rules.js';
import type { Approval, ApprovalStatus } from '../approvals/approval.entity.js';
import type { ApprovalStore } from '../approvals/approval.store.js';
import type { Database } from '../db/database.js';
import type { PlaybookStore } from '../playbooks/playbook.store.js';
import type { Registry } from '../registry/registry.js';
import type { RunStep } from '../runs/run-step.entity.js';
import type { Run } from '../runs/run.entity.js';
import type { RunStore } from '../runs/run.store.js';

const BECAME: Readonly<Record<ApprovalStatus, string>> = {
  PENDING: 'waits for a decision',
  APPROVED: 'was approved',
  DENIED: 'was denied',
  EXPIRED: 'expired: nobody decided in time',
  CANCELED: 'was canceled: its run was canceled, or stopped by another step',
};

/** What people need to know to decide: read when it is told, so that it is true then. */
export interface ApprovalFacts {
  readonly subject: string;
  readonly text: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly plan: readonly string[];
  readonly followUrl: string;
}

interface Deps {
  readonly database: Database;
  readonly approvals: ApprovalStore;
  readonly runs: RunStore;
  readonly playbooks: PlaybookStore;
  readonly actors: ActorStore;
  readonly registry: Registry;
  readonly publicUrl: () => string;
}

/** Puts an approval into words, for notices and for the page behind a link. */
export class ApprovalNotices {
  constructor(private readonly deps: Deps) {}

  async of(approval: Approval, { contactIndex, kind, decideUrl }: { contactIndex: number; kind: Notice['kind']; decideUrl: string | undefined }): Promise<Notice> {
    const facts = await this.factsOf(approval);
    const prefix = kind === 'REQUEST' ? 'Approval needed' : kind === 'REMINDER' ? 'Still waiting for your approval' : `An approval ${BECAME[approval.status]}`;
    return {
      ...facts,
      id: `${approval.id}.${contactIndex}.${kind.toLowerCase()}`,
      threadId: `${approval.id}.${contactIndex}.request`,
      kind,
      subject: `${prefix}: ${facts.subject}`,
      text: kind === 'OUTCOME' ? `${facts.text} It ${await this.outcomeOf(approval)}.` : facts.text,
      ...(decideUrl !== undefined && { decideUrl, expiresAt: approval.expiresAt }),
    };
  }

  async factsOf({ runId, runStepId, expiresAt, policy, plan, target: asked }: Approval): Promise<ApprovalFacts> {
    const { run, step, playbookName, starterName } = await this.read(runId, runStepId);
    const action = this.deps.registry.action(step.actionId)?.action.title ?? step.actionId;
    const known = asked ?? asTarget(run);
    const target = oneLine(known.username === undefined ? known.displayName : `${known.displayName} (${known.username})`);
    return {
      subject: oneLine(`${action} for ${known.displayName}`),
      text: `The playbook "${oneLine(playbookName)}" is about to carry out ${action} on ${target}, and waits until ${policy.quorum === 1 ? 'somebody approves' : `${policy.quorum} people approve`}.${policy.because === undefined ? '' : ` ${policy.because}`}`,
      facts: [
        { name: 'Action', value: action },
        { name: 'Target', value: target },
        ...(asked ? [{ name: 'Object id', value: oneLine(asked.id) }, { name: 'Tenant', value: oneLine(asked.connectionName) }] : []),
        ...(known.privileged === true ? [{ name: 'Privileged', value: 'The target holds an administrative role.' }] : []),
        { name: 'Playbook', value: oneLine(playbookName) },
        { name: 'Started by', value: oneLine(starterName) },
        { name: 'Why', value: oneLine(run.reason ?? 'No reason was given.') },
        { name: 'Expires', value: `${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` },
      ],
      plan: plan.map(oneLine),
      followUrl: `${this.deps.publicUrl()}/runs/${run.id}`,
    };
  }

  private async read(runId: string, runStepId: string): Promise<{ run: Run; step: RunStep; playbookName: string; starterName: string }> {
    const { database, runs, playbooks, actors } = this.deps;
    const [[run], [step]] = await Promise.all([runs.findByIds(database.reader, [runId]), runs.findSteps(database.reader, [runStepId])]);
    if (!run || !step) throw new Error(`The run of an approval is gone: ${runId}.`);
    const { startedBy } = run;
    const [[playbook], [starter]] = await Promise.all([playbooks.findByIds(database.reader, [run.playbookId]), startedBy.kind === 'TRIGGER' ? [] : actors.findByIds(database.reader, [startedBy.id])]);
    const starterName = startedBy.kind === 'TRIGGER' ? `The trigger "${startedBy.name}"` : (starter?.name ?? startedBy.id);
    return { run, step, playbookName: playbook?.name ?? run.playbookId, starterName };
  }

  /** What became of it, and by whom. */
  async outcomeOf(approval: Approval): Promise<string> {
    const decisions = await this.deps.approvals.decisionsOf(this.deps.database.reader, [approval.id]);
    const deciding = decisions.filter(({ decision }) => decision === (approval.status === 'DENIED' ? 'DENY' : 'APPROVE'));
    const by = deciding.length === 0 || !['APPROVED', 'DENIED'].includes(approval.status) ? '' : ` by ${deciding.map(({ decidedBy }) => nameOf(decidedBy)).join(', ')}`;
    const said = deciding.flatMap(({ comment }) => comment ?? []).map((comment) => `: "${oneLine(comment)}"`).join('');
    return `${BECAME[approval.status]}${by}${said}`;
  }
}

function asTarget({ targetKind, targetId, targetDisplayName, targetUsername, targetPrivileged }: Run): ResolvedTarget {
  return { kind: targetKind, id: targetId, displayName: targetDisplayName, ...(targetUsername !== null && { username: targetUsername }), ...(targetPrivileged !== null && { privileged: targetPrivileged }) };
}

/** What others have written stands on one line and reads in one direction: it must not look like a part of the notice. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '');
}
