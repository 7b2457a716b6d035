import { GraphFailure } from './graph-failure.js';

interface SearchClause {
  readonly property: string;
  readonly text: string;
}

/** Any of these groups must fit; a group fits when all of its clauses do. */
export type Search = readonly (readonly SearchClause[])[];

const SEARCHABLE = ['displayName', 'givenName', 'surname', 'mail', 'mailNickname', 'userPrincipalName'];
const CLAUSE = /\s*(?:"((?:[^"\\]|\\.)*)"|(AND|OR)\b)/iy;

function invalidSearch(reason: string): GraphFailure {
  return new GraphFailure(400, 'Request_UnsupportedQuery', `Invalid $search clause: ${reason}`);
}

function clauseOf(quoted: string): SearchClause {
  const separator = quoted.indexOf(':');
  if (separator < 1) throw invalidSearch(`write it as "property:text"; '${quoted}' names no property.`);
  const written = quoted.slice(0, separator).trim().toLowerCase();
  const property = SEARCHABLE.find((name) => name.toLowerCase() === written);
  if (property === undefined) throw invalidSearch(`'${quoted.slice(0, separator)}' cannot be searched; these can: ${SEARCHABLE.join(', ')}.`);
  return { property, text: quoted.slice(separator + 1).replaceAll(/\\(.)/g, '$1').trim() };
}

/** The quoted clauses and the words between them, in their order. */
function splitSearch(text: string): (SearchClause | 'AND' | 'OR')[] {
  const parts: (SearchClause | 'AND' | 'OR')[] = [];
  CLAUSE.lastIndex = 0;
  while (CLAUSE.lastIndex < text.length) {
    const match = CLAUSE.exec(text);
    if (match === null) throw invalidSearch('clauses stand in double quotes and are joined by AND or OR, without parentheses.');
    parts.push(match[2] === undefined ? clauseOf(match[1] ?? '') : (match[2].toUpperCase() as 'AND' | 'OR'));
  }
  return parts;
}

/** Reads `"displayName:ada" OR "mail:ada" AND …`; AND binds closer. */
export function parseSearch(search: string): Search {
  const parts = splitSearch(search.trim());
  const isTakingTurns = parts.length % 2 === 1 && parts.every((part, index) => (typeof part === 'string') === (index % 2 === 1));
  if (!isTakingTurns) throw invalidSearch('clauses and AND or OR must take turns.');
  const groups: SearchClause[][] = [[]];
  for (const part of parts) {
    if (part === 'OR') groups.push([]);
    else if (part !== 'AND') groups.at(-1)?.push(part);
  }
  return groups;
}

function words(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Display names are searched by the beginnings of their words, everything else from its own beginning. */
function fitsClause(actual: unknown, { property, text }: SearchClause): boolean {
  if (typeof actual !== 'string') return false;
  if (property !== 'displayName') return actual.toLowerCase().startsWith(text.toLowerCase());
  const present = words(actual);
  const wanted = words(text);
  return wanted.length > 0 && wanted.every((word) => present.some((candidate) => candidate.startsWith(word)));
}

export function fitsSearch(read: (property: string) => unknown, search: Search): boolean {
  return search.some((group) => group.every((clause) => fitsClause(read(clause.property), clause)));
}
