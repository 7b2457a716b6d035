import { nameOfContact, type ActorReference, type ContactReference } from '../auth/actor.js';
import { DomainError } from '../kernel/errors.js';
import type { ApprovalDecision } from './approval-decision.entity.js';
import type { Approval } from './approval.entity.js';

/** Somebody who is signed in, with their mail address, or a contact with a link. */
export type Decider = (ActorReference & { readonly email?: string | undefined }) | ContactReference;

/** Who somebody is, by whatever way they came: nobody counts twice. */
export function personOf(decider: Decider): string {
  const email = decider.kind === 'CONTACT' && decider.channel === 'EMAIL' ? decider.address : decider.kind === 'CONTACT' ? undefined : decider.email;
  if (email !== undefined) return `mail:${email.toLowerCase()}`;
  if (decider.kind === 'CONTACT') return `contact:${decider.channel}:${decider.address}`;
  return decider.kind === 'USER' ? `user:${decider.id}` : `key:${decider.id}`;
}

export function nameOf(decider: Decider): string {
  if (decider.kind === 'CONTACT') return nameOfContact(decider);
  return decider.kind === 'USER' ? (decider.email ?? `the user ${decider.id}`) : `the API key ${decider.id}`;
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
  if (decisions.some(({ person, decidedBy }) => person === personOf(decider) || isSameActor(decidedBy, decider))) throw refusal('You have decided already; nobody counts twice.');
  const isStarter = starter !== undefined && (personOf(starter) === personOf(decider) || isSameActor(starter, decider));
  if (isStarter && !approval.policy.allowSelfApproval) throw refusal('Whoever started the run cannot decide about it: its policy does not allow self-approval.');
}

/** A user whose mail address has changed since is the same one. */
function isSameActor(one: Decider, other: Decider): boolean {
  return one.kind !== 'CONTACT' && other.kind !== 'CONTACT' && one.id === other.id;
}

function refusal(message: string): DomainError {
  return new DomainError('PRECONDITION_FAILED', message, [{ path: ['input', 'approvalId'], message }]);
}
