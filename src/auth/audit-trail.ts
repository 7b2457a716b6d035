import type { Tx } from '../db/database.js';
import type { JsonObject } from '../kernel/json.js';
import type { ContactReference, StarterReference } from './actor.js';

/** Everything that the audit log tells. A mutation of the API is told under its own name. docs/audit.md is held against this table. */
export const AUDIT_ACTIONS = {
  acceptConsent: 'Somebody came back from the provider having granted access; the actor is who asked for the link.',
  addPlaybookStep: 'A step was added to a playbook.',
  cancelRun: 'A run was canceled.',
  checkConnection: 'Somebody had a connection checked.',
  confirmConsent: 'Somebody confirmed that access was granted.',
  createApiKey: 'An API key was made; without an actor, at the command line or by the first start.',
  createConnection: 'A connection was made.',
  createEventSource: 'An event source was made.',
  createPlaybook: 'A playbook was made.',
  createTrigger: 'A trigger was made.',
  decideApproval: 'Somebody approved or denied, signed in or by a link.',
  deleteConnection: 'A connection was deleted.',
  deleteEventSource: 'An event source was deleted.',
  deletePlaybook: 'A playbook was deleted.',
  deleteTrigger: 'A trigger was deleted.',
  expireApproval: 'Nobody decided in time.',
  ingestEvents: 'Events were sent by the API.',
  linkTrigger: 'A trigger was linked to a playbook.',
  removePlaybookStep: 'A step was removed from a playbook.',
  resolveReview: 'Somebody told what became of a step whose outcome nobody could read back.',
  retryRun: 'A run was started that goes on where another one ended.',
  revokeApiKey: 'An API key was ended.',
  rotateEventSourceSecret: 'The secret of an event source was changed.',
  rotateSecrets: 'Stored secrets were encrypted anew, at the command line.',
  runPlaybook: 'A run was started, by hand or by a trigger.',
  runPlaybookBatch: 'A playbook was started against many targets at once; its runs have no entries of their own for that, what their steps do has.',
  signInRefused: 'Somebody could not sign in; as many attempts as were alike within a second are one entry.',
  stepCarriedOut: 'A step changed its target, or may have: what was done to whom, on whose word.',
  switchEventFeed: 'A feed of a connection was switched on or off.',
  undoRun: 'A run was started that takes back what another one did.',
  unlinkTrigger: 'A trigger was taken off a playbook.',
  updateConnection: 'A connection was changed.',
  updateEventSource: 'An event source was switched on or off.',
  updateGuardrails: 'The guardrails were changed.',
  updatePlaybook: 'A playbook was changed.',
  updatePlaybookStep: 'A step of a playbook was changed.',
  updateTrigger: 'A trigger was changed.',
  useConsentLink: 'An admin-consent link was used up by an answer, whatever it said; the actor is who asked for the link.',
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** What is to be kept for ever. Nothing secret in it: the log is exported. */
export interface AuditRecord {
  /** null: nobody who is known, or the service itself. */
  readonly actor: StarterReference | ContactReference | null;
  readonly action: AuditAction;
  /** The id of what it was done to. */
  readonly subject: string | null;
  readonly details?: JsonObject;
}

/** Where services tell what they do. It is kept by the commit of the transaction in which it is told, or not at all. */
export interface AuditTrail {
  record(tx: Tx, record: AuditRecord): void;
}
