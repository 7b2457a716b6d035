import { nameOfContact, type ActorReference, type ContactReference } from '../auth/actor.js';
import { DomainError } from '../kernel/errors.js';
import type { ApprovalDecision } from './approval-decision.entity.js';
import type { Approval } from './approval.entity.js';

/** Somebody who is signed in, with the mail address of whoever holds the key, or a contact with a link. */
export type Decider = (ActorReference & { readonly email?: string | undefined }) | ContactReference;

/** Who somebody is, by whatever way they came: nobody counts twice. */
export function personOf(decider: Decider): string {
  const email = decider.kind === 'CONTACT' && decider.channel === 'EMAIL' ? decider.address : decider.kind === 'API_KEY' ? decider.email : undefined;
  if (email !== undefined) return `mail:${email.toLowerCase()}`;
  return decider.kind === 'API_KEY' ? `key:${decider.id}` : `contact:${decider.channel}:${decider.address}`;
}

export function nameOf(decider: Decider): string {
  return decider.kind === 'API_KEY' ? `the API key ${decider.id}` : nameOfContact(decider);
}

const OVER: Readonly<Record<Exclude<Approval['status'], 'PENDING'>, string>> = {
  APPROVED: 'was approved already',
  DENIED: 'was denied already',
  EXPIRED: 'has expired',
  CANCELED: 'was canceled: its run was canceled, or stopped by another step',
};

/** Refuses who or what must not decide (`starter`: who started the run; undefined when nobody did), each with a sentence of its own; does nothing when the decision may count. */
export function refuseDecision(approval: Approval, decisions: readonly ApprovalDecision[], decider: Decider, starter: Decider | undefined, now: Date): void {
  if (approval.status !== 'PENDING') throw refusal(`The approval ${OVER[approval.status]}.`);
  if (approval.expiresAt <= now) throw refusal('The approval has expired.');
  if (decisions.some(({ person }) => person === personOf(decider))) throw refusal('You have decided already; nobody counts twice.');
  const isStarter = starter !== undefined && (personOf(starter) === personOf(decider) || (decider.kind === 'API_KEY' && starter.kind === 'API_KEY' && starter.id === decider.id));
  if (isStarter && !approval.policy.allowSelfApproval) throw refusal('Whoever started the run cannot decide about it: its policy does not allow self-approval.');
}

function refusal(message: string): DomainError {
  return new DomainError('PRECONDITION_FAILED', message, [{ path: ['input', 'approvalId'], message }]);
}
