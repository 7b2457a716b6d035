import { shownAddress } from '../auth/actor.js';
import type { Problem } from '../kernel/errors.js';
import { definedOf, type JsonObject } from '../kernel/json.js';
import { textProblems } from '../kernel/names.js';
import { expiryProblems, MAX_CONTACTS, readContacts, type ApprovalContact } from '../playbooks/approval-policy.js';
import type { Registry } from '../registry/registry.js';
import type { GuardrailSettings } from './guardrail-settings.entity.js';
import type { GuardrailsChange, TargetToProtect } from './guardrails.types.js';

const MAX_PROTECTED_TARGETS = 1_000;
const MAX_NAME_LENGTH = 512;
const MAX_REASON_LENGTH = 500;
const MOST_TARGETS_PER_HOUR = 1_000_000;

/** A change as it is to be saved. */
export interface ReadChange {
  readonly paused: boolean | undefined;
  readonly reason: string | undefined;
  readonly settings: (before: GuardrailSettings) => Pick<GuardrailSettings, 'maxTargetsPerHour' | 'blastRadiusPolicy'>;
  readonly protectedTargets: readonly TargetToProtect[] | undefined;
  /** What the audit log keeps of it: what was given, webhooks by their host. */
  readonly told: JsonObject;
}

/** The change that is meant, and everything that is wrong with it. */
export function readChange(input: GuardrailsChange, registry: Registry): ReadChange & { problems: Problem[] } {
  const { paused, maxTargetsPerHour, blastRadiusExpiresAfterMs } = input;
  const reason = input.reason?.trim() || undefined;
  const { settings, contacts, problems } = readBlastRadius(input, registry);
  const protectedTargets = input.protectedTargets?.map(({ kind, id, reason: because }) => ({ kind, id: id.trim().toLowerCase(), reason: because.trim() }));
  return {
    problems: [...reasonProblems(reason, paused), ...problems, ...protectionProblems(input.protectedTargets ?? [])],
    paused,
    reason,
    settings,
    protectedTargets,
    told: definedOf({ paused, reason, protectedTargets, maxTargetsPerHour, blastRadiusContacts: contacts?.map((contact) => ({ ...contact, address: shownAddress(contact) })), blastRadiusExpiresAfterMs }),
  };
}

function readBlastRadius({ maxTargetsPerHour, blastRadiusContacts, blastRadiusExpiresAfterMs: expiresAfterMs }: GuardrailsChange, registry: Registry): { settings: ReadChange['settings']; contacts: ApprovalContact[] | undefined; problems: Problem[] } {
  const path = ['input', 'blastRadiusContacts'];
  const read = blastRadiusContacts && readContacts(blastRadiusContacts, registry, path);
  const problems = [...(read?.problems ?? []), ...limitProblems(maxTargetsPerHour ?? 0)];
  if (read && read.contacts.length > MAX_CONTACTS) problems.push({ path, message: `At most ${MAX_CONTACTS} contacts are asked.` });
  if (expiresAfterMs !== undefined) problems.push(...expiryProblems(expiresAfterMs, ['input', 'blastRadiusExpiresAfter']));
  const policy = definedOf({ contacts: read?.contacts, expiresAfterMs });
  return {
    settings: (before) => ({
      maxTargetsPerHour: maxTargetsPerHour === undefined ? before.maxTargetsPerHour : maxTargetsPerHour,
      blastRadiusPolicy: { ...before.blastRadiusPolicy, ...policy },
    }),
    contacts: read?.contacts,
    problems,
  };
}

function reasonProblems(reason: string | undefined, paused: boolean | undefined): Problem[] {
  const path = ['input', 'reason'];
  if (reason === undefined) return [];
  if (paused !== true) return [{ path, message: 'The reason is that of a pause: give it together with paused: true.' }];
  return reason.length > MAX_REASON_LENGTH ? [{ path, message: `Say why, in at most ${MAX_REASON_LENGTH} characters.` }] : textProblems(reason, path);
}

function limitProblems(limit: number): Problem[] {
  return limit >= 0 && limit <= MOST_TARGETS_PER_HOUR ? [] : [{ path: ['input', 'maxTargetsPerHour'], message: `The limit is a number from 0, which has people asked about every change, to ${MOST_TARGETS_PER_HOUR}; null for none.` }];
}

function protectionProblems(targets: readonly TargetToProtect[]): Problem[] {
  const path = ['input', 'protectedTargets'];
  if (targets.length > MAX_PROTECTED_TARGETS) return [{ path, message: `There can be at most ${MAX_PROTECTED_TARGETS} protected targets.` }];
  const names = targets.map(({ kind, id }) => `${kind} ${id.trim().toLowerCase()}`);
  return targets.flatMap(({ kind, id, reason }, index) => {
    const problems: Problem[] = [...textProblems(id, [...path, index, 'id']), ...textProblems(reason, [...path, index, 'reason'])];
    if (kind === 'NONE') problems.push({ path: [...path, index, 'kind'], message: 'A protected target is a USER or a DEVICE.' });
    if (id.trim() === '' || id.length > MAX_NAME_LENGTH) problems.push({ path: [...path, index, 'id'], message: `Name the target by its object id or the name that it signs in with, 1 to ${MAX_NAME_LENGTH} characters.` });
    if (names.indexOf(names[index] ?? '') < index) problems.push({ path: [...path, index, 'id'], message: `${id} is in the list twice.` });
    if (reason.trim() === '' || reason.length > MAX_REASON_LENGTH) problems.push({ path: [...path, index, 'reason'], message: `Say why, in 1 to ${MAX_REASON_LENGTH} characters: whoever meets the refusal reads it.` });
    return problems;
  });
}
