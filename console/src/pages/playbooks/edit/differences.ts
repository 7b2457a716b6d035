import { wordsOfDuration } from '../../../parts/duration.js';
import { wordOf } from '../../../parts/status.js';
import type { ApprovalDraft, PlaybookDraft, StepDraft } from './draft.js';

export interface Difference {
  readonly what: string;
  readonly yours: string;
  readonly theirs: string;
}

type NameOfConnection = (id: string) => string;

const NOTHING = '—';

/** Wherever two versions of a playbook differ, in words. */
export function differencesOf(yours: PlaybookDraft, theirs: PlaybookDraft, nameOf: NameOfConnection): Difference[] {
  const [mine, other] = [describePlaybook(yours, nameOf), describePlaybook(theirs, nameOf)];
  const names = [...new Set([...mine.keys(), ...other.keys()])];
  return names.map((what) => ({ what, yours: mine.get(what) ?? NOTHING, theirs: other.get(what) ?? NOTHING })).filter((one) => one.yours !== one.theirs);
}

function describePlaybook({ name, description, active, requiresReason, steps }: PlaybookDraft, nameOf: NameOfConnection): Map<string, string> {
  return new Map([
    ['Name', name],
    ['Description', description],
    ['Active', yesOrNo(active)],
    ['Requires a reason', yesOrNo(requiresReason)],
    ['Steps, in their order', steps.map(({ key }) => key).join(', ')],
    ...steps.flatMap((step) => describeStep(step, nameOf).map(([what, text]) => [`${step.key}: ${what}`, text] as const)),
  ]);
}

function describeStep({ connectionId, input, after, approval, retry, ...step }: StepDraft, nameOf: NameOfConnection): [string, string][] {
  return [
    ['action', step.action],
    ['connection', connectionId === null ? NOTHING : nameOf(connectionId)],
    ['active', yesOrNo(step.active)],
    ['settings', JSON.stringify(input)],
    ['starts', after === null ? 'after the step before it' : after.length === 0 ? 'at once' : `after ${after.join(', ')}`],
    ['condition', step.runIf || 'always'],
    ['on failure', wordOf(step.onFailure)],
    ['timeout', wordsOfDuration(step.timeout)],
    ['retry', `${retry.maxAttempts} attempts, waits ${wordsOfDuration(retry.backoff)} to ${wordsOfDuration(retry.maxBackoff)}`],
    ['approval', approval ? describeApproval(approval) : 'not required'],
  ];
}

function describeApproval({ contacts, quorum, expiresAfter, allowSelfApproval }: ApprovalDraft): string {
  const asked = contacts.map(({ address, name }) => (name ? `${name} (${address})` : address)).join(', ');
  return `${quorum} of ${asked} within ${wordsOfDuration(expiresAfter)}${allowSelfApproval ? ', self-approval allowed' : ''}`;
}

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');
