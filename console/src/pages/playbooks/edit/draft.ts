import type { CreatePlaybookInput, EditedPlaybookFragment, PlaybookStepInput } from '../../../gql/playbooks.js';
import type { ContactDraft } from '../../../parts/ContactFields.js';
import type { Value } from '../../../parts/schema-form/schema.js';

export type SavedStep = EditedPlaybookFragment['steps'][number];
type Policy = NonNullable<SavedStep['approval']>;

export interface ApprovalDraft extends Omit<Policy, 'contacts' | '__typename'> {
  readonly contacts: readonly ContactDraft[];
}

/** A step as it is edited: plain values, as they are kept in the tab. */
export interface StepDraft {
  readonly key: string;
  readonly action: string;
  readonly connectionId: string | null;
  readonly active: boolean;
  readonly input: Value;
  /** null: behind the step before it. */
  readonly after: readonly string[] | null;
  /** Empty: always. */
  readonly runIf: string;
  readonly onFailure: SavedStep['onFailure'];
  readonly timeout: string;
  readonly retry: { readonly maxAttempts: number; readonly backoff: string; readonly maxBackoff: string };
  readonly approval: ApprovalDraft | null;
}

export interface PlaybookDraft {
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  readonly requiresReason: boolean;
  readonly steps: readonly StepDraft[];
}

export const EMPTY_PLAYBOOK: PlaybookDraft = { name: '', description: '', active: true, requiresReason: false, steps: [] };

export const NEW_APPROVAL: ApprovalDraft = { quorum: 1, expiresAfter: 'PT4H', allowSelfApproval: false, contacts: [{ channel: 'EMAIL', address: '', name: '' }] };

export function draftOf({ name, description, active, requiresReason, steps }: EditedPlaybookFragment): PlaybookDraft {
  return { name, description, active, requiresReason, steps: steps.map((step, index) => stepDraftOf(step, steps[index - 1]?.key)) };
}

function stepDraftOf({ key, active, onFailure, timeout, ...step }: SavedStep, before: string | undefined): StepDraft {
  const { maxAttempts, backoff, maxBackoff } = step.retry;
  return {
    key,
    action: step.action.id,
    connectionId: step.connection?.id ?? null,
    active,
    input: step.input,
    after: isDefault(step.after, before) ? null : step.after,
    runIf: step.runIf ?? '',
    onFailure,
    timeout,
    retry: { maxAttempts, backoff, maxBackoff },
    approval: step.approval ? approvalDraftOf(step.approval) : null,
  };
}

function approvalDraftOf({ quorum, expiresAfter, allowSelfApproval, contacts }: Policy): ApprovalDraft {
  return { quorum, expiresAfter, allowSelfApproval, contacts: contacts.map(({ channel, address, name }) => ({ channel, address, name: name ?? '' })) };
}

/** The service tells what a step waits for; nobody has said so when it is just the step before it. */
const isDefault = (after: readonly string[], before: string | undefined): boolean => after.join() === (before ?? '') && after.length === (before === undefined ? 0 : 1);

/** What the service is asked to save. */
export function inputOf({ name, description, active, requiresReason, steps }: PlaybookDraft): CreatePlaybookInput {
  return { name, description, active, requiresReason, steps: steps.map(stepInputOf) };
}

function stepInputOf({ approval, runIf, ...step }: StepDraft): PlaybookStepInput {
  return {
    ...step,
    runIf: runIf.trim() === '' ? null : runIf,
    approval: approval && { ...approval, contacts: approval.contacts.map(({ name, ...contact }) => ({ ...contact, name: name.trim() || null })) },
  };
}

/** A new step with the service's defaults. Its key is the action's name, with a number behind it where that is taken. */
export function newStep(action: string, connectionId: string | null, steps: readonly StepDraft[]): StepDraft {
  const name = action.slice(action.indexOf(':') + 1);
  const isTaken = (key: string): boolean => steps.some((step) => step.key === key);
  let key = name;
  for (let number = 2; isTaken(key); number += 1) key = `${name}-${number}`;
  return { key, action, connectionId, active: true, input: {}, after: null, runIf: '', onFailure: 'STOP', timeout: 'PT30S', retry: { maxAttempts: 5, backoff: 'PT2S', maxBackoff: 'PT5M' }, approval: null };
}

/** The steps without one; whatever waited for it alone waits for the step before it. */
export function withoutStep(steps: readonly StepDraft[], key: string): readonly StepDraft[] {
  return steps.filter((step) => step.key !== key).map((step) => (step.after?.includes(key) ? { ...step, after: step.after.length === 1 ? null : step.after.filter((other) => other !== key) } : step));
}

export function movedStep(steps: readonly StepDraft[], from: number, to: number): readonly StepDraft[] {
  const step = steps[from];
  return step === undefined || to < 0 || to >= steps.length ? steps : steps.toSpliced(from, 1).toSpliced(to, 0, step);
}
