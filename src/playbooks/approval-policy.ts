import type { ContactChannel } from '@countermeasure/sdk';
import type { Problem } from '../kernel/errors.js';
import { nameProblems, textProblems } from '../kernel/names.js';
import type { Registry } from '../registry/registry.js';

/** Somebody who is asked. */
export interface ApprovalContact {
  readonly channel: ContactChannel;
  readonly address: string;
  readonly name: string | null;
}

/** What has to happen before a step is carried out. */
export interface ApprovalPolicy {
  readonly contacts: readonly ApprovalContact[];
  /** How many must approve. */
  readonly quorum: number;
  readonly expiresAfterMs: number;
  /** false: whoever started the run cannot approve it. */
  readonly allowSelfApproval: boolean;
  /** Why people are asked although the playbook asks nobody, in a sentence; absent: the playbook asks them. */
  readonly because?: string;
}

/** A policy as its author gives it; what is left out takes its default. */
export interface ApprovalPolicyDraft {
  readonly contacts: readonly { readonly channel: ContactChannel; readonly address: string; readonly name?: string | null | undefined }[];
  readonly quorum?: number | undefined;
  readonly expiresAfterMs?: number | undefined;
  readonly allowSelfApproval?: boolean | undefined;
}

export const MAX_CONTACTS = 20;
const DEFAULT_EXPIRES_AFTER_MS = 4 * 60 * 60_000;
const MIN_EXPIRES_AFTER_MS = 1_000;
const MAX_EXPIRES_AFTER_MS = 30 * 24 * 60 * 60_000;
const MAX_ADDRESS_LENGTH = 2_000;

/** The policy that a draft means, and everything that is wrong with it. */
export function readApprovalPolicy(draft: ApprovalPolicyDraft, registry: Registry, path: Problem['path']): { policy: ApprovalPolicy; problems: Problem[] } {
  const { contacts, problems } = readContacts(draft.contacts, registry, [...path, 'contacts']);
  const policy: ApprovalPolicy = {
    contacts,
    quorum: draft.quorum ?? 1,
    expiresAfterMs: draft.expiresAfterMs ?? DEFAULT_EXPIRES_AFTER_MS,
    allowSelfApproval: draft.allowSelfApproval ?? false,
  };
  return { policy, problems: [...countProblems(policy, path), ...problems] };
}

/** The contacts that are meant, and what is wrong with each. */
export function readContacts(drafts: ApprovalPolicyDraft['contacts'], registry: Registry, path: Problem['path']): { contacts: ApprovalContact[]; problems: Problem[] } {
  const contacts = drafts.map(({ channel, address, name }): ApprovalContact => ({ channel, address: address.trim(), name: name?.trim() || null }));
  return { contacts, problems: contacts.flatMap((contact, index) => contactProblems(contact, index, contacts, registry, [...path, index])) };
}

export function expiryProblems(expiresAfterMs: number, path: Problem['path']): Problem[] {
  return expiresAfterMs < MIN_EXPIRES_AFTER_MS || expiresAfterMs > MAX_EXPIRES_AFTER_MS ? [{ path, message: 'An approval expires after PT1S to P30D.' }] : [];
}

function countProblems({ contacts, quorum, expiresAfterMs }: ApprovalPolicy, path: Problem['path']): Problem[] {
  const problems: Problem[] = [];
  if (contacts.length < 1 || contacts.length > MAX_CONTACTS) problems.push({ path: [...path, 'contacts'], message: `An approval asks 1 to ${MAX_CONTACTS} contacts.` });
  if (!Number.isInteger(quorum) || quorum < 1 || (contacts.length > 0 && quorum > contacts.length)) {
    problems.push({ path: [...path, 'quorum'], message: `The quorum is a number from 1 to the number of contacts, ${contacts.length}: more could never approve.` });
  }
  return [...problems, ...expiryProblems(expiresAfterMs, [...path, 'expiresAfter'])];
}

function contactProblems({ channel, address, name }: ApprovalContact, index: number, contacts: readonly ApprovalContact[], registry: Registry, path: Problem['path']): Problem[] {
  const at = [...path, 'address'];
  if (address === '' || address.length > MAX_ADDRESS_LENGTH) return [{ path: at, message: `An address has 1 to ${MAX_ADDRESS_LENGTH} characters.` }];
  const problems = textProblems(address, at);
  const registered = registry.channel(channel);
  if (!registered) problems.push({ path: [...path, 'channel'], message: `No loaded plugin reaches people by ${channel}: list one in PLUGINS.` });
  const wrong = registered?.definition.checkAddress(address);
  if (wrong !== undefined) problems.push({ path: at, message: wrong });
  const twin = contacts.findIndex((other) => other.channel === channel && sameAddress(other.address) === sameAddress(address));
  if (twin < index) problems.push({ path: at, message: 'This contact is in the list twice; nobody counts twice.' });
  if (name !== null) problems.push(...nameProblems(name, [...path, 'name']));
  return problems;
}

/** One spelling for one address, so that nobody is in the list twice. */
function sameAddress(address: string): string {
  if (!URL.canParse(address) || !address.includes('://')) return address.toLowerCase();
  const url = new URL(address);
  url.hash = '';
  return url.href;
}
