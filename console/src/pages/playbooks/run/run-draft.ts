import type { SearchTargetsQuery } from '../../../gql/playbooks.js';

export type FoundTarget = SearchTargetsQuery['searchTargets'][number];

/** What has to be known of a playbook to run it. */
export interface PlaybookToRun {
  readonly id: string;
  readonly name: string;
  readonly requiresReason: boolean;
  readonly readiness: { readonly ready: boolean; readonly problems: readonly { readonly message: string }[] };
}

/** What somebody has entered to start a run. */
export interface RunDraft {
  readonly isMany: boolean;
  readonly typed: string;
  /** The one of the found ones that was chosen; null: what is typed is its id. */
  readonly chosen: FoundTarget | null;
  readonly list: string;
  readonly reason: string;
}

export const NOTHING_CHOSEN: RunDraft = { isMany: false, typed: '', chosen: null, list: '', reason: '' };

/** The ids to run against: of many, each once. */
export function targetsOf({ isMany, typed, chosen, list }: RunDraft): readonly string[] {
  const ids = isMany ? list.split(/[\s,;]+/) : [chosen?.id ?? typed.trim()];
  const known = new Map(ids.filter((id) => id !== '').map((id) => [id.toLowerCase(), id]));
  return [...known.values()];
}

export const chosenOf = ({ chosen }: RunDraft): FoundTarget | undefined => chosen ?? undefined;
