import { isActionError, type ResolvedTarget, type SearchTargetsContext } from '@countermeasure/sdk';
import { z } from 'zod';
import type { GraphClient } from './graph-client.js';
import { READ_USERS, readUser, toTarget } from './users.js';

interface FoundUser {
  readonly id: string;
  readonly displayName: string | null;
  readonly userPrincipalName: string;
  readonly mail?: string | null;
  readonly onPremisesSamAccountName?: string | null;
  readonly onPremisesDomainName?: string | null;
}

const PROPERTIES = ['id', 'displayName', 'userPrincipalName', 'mail', 'onPremisesSamAccountName', 'onPremisesDomainName'];

/** The directory keeps no name longer than this, so a longer text is nobody's. */
const MAX_NAME_LENGTH = 256;

/** A picker shows few; below 20 Graph charges a list less. */
const MAX_PAGE_SIZE = 100;

const MAX_LOOKUPS_AT_ONCE = 8;

/** Made once: it is several times faster than a comparison that looks up the language each time. */
const ALPHABET = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** Finds the users that a person may mean: by display name, user principal name, mail, object id or on-premises account name. */
export async function searchUsers({ client, kind, query, limit, signal }: SearchTargetsContext<GraphClient>): Promise<readonly ResolvedTarget[]> {
  // No name has control characters in it; pasted text has.
  const text = query.normalize('NFC').replaceAll(/\p{Cc}+/gu, ' ').trim();
  if (kind !== 'USER' || text === '' || text.length > MAX_NAME_LENGTH || limit < 1) return [];
  // Once one call has failed nobody waits for the others, so they end with it.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    const found = await findUsers(client, text, Math.min(limit, MAX_PAGE_SIZE), either);
    const likeliest = inExpectedOrder(found, text).slice(0, limit);
    return await mapAtOnce(likeliest, MAX_LOOKUPS_AT_ONCE, (user) => toTarget(client, user, either));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

async function findUsers(client: GraphClient, text: string, top: number, signal: AbortSignal): Promise<readonly FoundUser[]> {
  if (z.guid().safeParse(text).success) return findById(client, text, signal);
  const list = (query: { $search: string; $orderby: string } | { $filter: string }): Promise<readonly FoundUser[]> =>
    client.list<FoundUser>('/users', { ...query, $top: String(top), $select: PROPERTIES.join(',') }, { signal, permissions: READ_USERS });
  const account = accountName(text);
  const lists = [
    // Asked for apart, because among many whose names begin alike an exact one need not be on the first page.
    list({ $filter: `displayName eq ${quote(text)} or userPrincipalName eq ${quote(text)} or mail eq ${quote(text)} or onPremisesSamAccountName eq ${quote(account)}` }),
    list({ $filter: `startswith(onPremisesSamAccountName,${quote(account)})` }),
  ];
  // The words of a name have letters or digits in them: without any, Graph has nothing to search by.
  if (/[\p{L}\p{N}]/u.test(text)) lists.push(list({ $search: anyOf(['displayName', 'userPrincipalName', 'mail'], text), $orderby: 'displayName' }));
  const pages = await Promise.all(lists);
  return [...new Map(pages.flat().map((user) => [user.id, user])).values()];
}

async function findById(client: GraphClient, id: string, signal: AbortSignal): Promise<readonly FoundUser[]> {
  try {
    return [await readUser(client, id, ['id', 'displayName', 'userPrincipalName'], signal)];
  } catch (error) {
    signal.throwIfAborted();
    if (isActionError(error) && error.code === 'TARGET_NOT_FOUND') return [];
    throw error;
  }
}

/** `DOMAIN\account` is how Windows writes an account; the account alone can be searched. */
function accountName(text: string): string {
  const [, account] = /^[^\\]+\\([^\\]+)$/.exec(text) ?? [];
  return account ?? text;
}

/** A text in `$filter`. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The clauses of `$search`, of which any may fit. */
function anyOf(properties: readonly string[], text: string): string {
  const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`);
  return properties.map((property) => `"${property}:${escaped}"`).join(' OR ');
}

/** First whom the text names exactly, then those with a name or a word of it that begins so, then the rest; each by display name. */
function inExpectedOrder(users: readonly FoundUser[], text: string): FoundUser[] {
  const wanted = fold(text);
  const ranked = users.map((user) => ({ user, rank: rankOf(user, wanted), name: user.displayName ?? user.userPrincipalName }));
  ranked.sort((one, other) => one.rank - other.rank || ALPHABET.compare(one.name, other.name) || ALPHABET.compare(one.user.userPrincipalName, other.user.userPrincipalName));
  return ranked.map(({ user }) => user);
}

function rankOf(user: FoundUser, wanted: string): number {
  if (identifiersOf(user).some((identifier) => fold(identifier) === wanted)) return 0;
  const name = fold(user.displayName ?? '');
  const isBeginning = name.startsWith(wanted) || [...name.matchAll(/[\p{L}\p{N}]+/gu)].some(({ index }) => name.startsWith(wanted, index));
  return isBeginning ? 1 : 2;
}

function identifiersOf({ id, displayName, userPrincipalName, mail, onPremisesSamAccountName: account, onPremisesDomainName: domain }: FoundUser): string[] {
  const plain = [id, displayName, userPrincipalName, mail, account].filter((name) => typeof name === 'string');
  if (typeof account !== 'string' || typeof domain !== 'string') return plain;
  // The short name of a Windows domain is nearly always the first label of its long one.
  const [label = domain] = domain.split('.');
  return [...plain, `${domain}\\${account}`, `${label}\\${account}`];
}

/** Without case and accents, because few people type them. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Maps in order, with no more than so many at work. */
async function mapAtOnce<Item, Result>(items: readonly Item[], atOnce: number, map: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const work = async (): Promise<void> => {
    for (const [position, item] of left) results[position] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
