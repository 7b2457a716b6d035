import type { ActorReference, ContactReference } from '../auth/actor.js';
import { DomainError } from '../kernel/errors.js';
import type { Run } from '../runs/run.entity.js';
import type { ApprovalDecision } from './approval-decision.entity.js';
import type { Approval } from './approval.entity.js';

export type Decider = ActorReference | ContactReference;

/** Who somebody is, by whatever way they came: nobody counts twice. */
export function personOf(decider: Decider): string {
  return decider.kind === 'API_KEY' ? `key:${decider.id}` : `contact:${decider.channel}:${decider.address.toLowerCase()}`;
}

export function nameOf(decider: Decider): string {
  return decider.kind === 'API_KEY' ? `the API key ${decider.id}` : (decider.name ?? decider.address);
}

const OVER: Readonly<Record<Exclude<Approval['status'], 'PENDING'>, string>> = {
  APPROVED: 'was approved already',
  DENIED: 'was denied already',
  EXPIRED: 'has expired',
  CANCELED: 'was canceled with its run',
};

/** Refuses who or what must not decide, each with a sentence of its own; does nothing when the decision may count. */
export function refuseDecision(approval: Approval, run: Run, decisions: readonly ApprovalDecision[], decider: Decider, now: Date): void {
  if (approval.status !== 'PENDING') throw refusal(`The approval ${OVER[approval.status]}.`);
  if (approval.expiresAt <= now) throw refusal('The approval has expired.');
  if (decisions.some(({ person }) => person === personOf(decider))) throw refusal('You have decided already; nobody counts twice.');
  const isStarter = decider.kind === 'API_KEY' && run.startedBy.id === decider.id;
  if (isStarter && !approval.policy.allowSelfApproval) throw refusal('Whoever started the run cannot decide about it: its playbook does not allow self-approval.');
}

function refusal(message: string): DomainError {
  return new DomainError('PRECONDITION_FAILED', message, [{ path: ['input', 'approvalId'], message }]);
}
