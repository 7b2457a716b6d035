import type { Problem } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';

const MAX_IDS = 100;

/** What a new key is to be limited to; left out or null: nothing. */
export interface KeyLimits {
  /** The playbooks that there are for it. */
  readonly playbookIds?: readonly string[] | null | undefined;
  /** The connections that there are for it. */
  readonly connectionIds?: readonly string[] | null | undefined;
}

/** What is wrong with limits by their form alone. */
export function limitProblems(limits: KeyLimits, path: Problem['path']): Problem[] {
  return [...formProblems('playbook', limits.playbookIds, [...path, 'playbookIds']), ...formProblems('connection', limits.connectionIds, [...path, 'connectionIds'])];
}

/** `unknown`: those of the ids that name nothing. */
export function unknownProblems({ playbookIds, connectionIds }: KeyLimits, unknown: ReadonlySet<string>, path: Problem['path']): Problem[] {
  const ofKind = (kind: 'playbook' | 'connection', ids: readonly string[] | null | undefined): Problem[] =>
    (ids ?? []).flatMap((id, index) => (unknown.has(id) ? [{ path: [...path, `${kind}Ids`, index], message: `There is no ${kind} ${id}.` }] : []));
  return [...ofKind('playbook', playbookIds), ...ofKind('connection', connectionIds)];
}

function formProblems(kind: 'playbook' | 'connection', ids: readonly string[] | null | undefined, path: Problem['path']): Problem[] {
  if (!ids) return [];
  if (ids.length === 0) return [{ path, message: `A key that is limited to no ${kind} is of no use: name at least one, or leave ${kind}Ids out for all of them.` }];
  if (ids.length > MAX_IDS) return [{ path, message: `A key is limited to at most ${MAX_IDS} ${kind}s.` }];
  return ids.flatMap((id, index) => (isId(kind, id) ? [] : [{ path: [...path, index], message: `"${id.slice(0, 80)}" is not the id of a ${kind}.` }]));
}
