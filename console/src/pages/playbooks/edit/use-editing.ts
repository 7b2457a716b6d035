import { useDraft } from '../../../session/use-draft.js';
import type { EditedPlaybookFragment } from '../../../gql/playbooks.js';
import { draftOf, EMPTY_PLAYBOOK, type PlaybookDraft } from './draft.js';

/** What is being made of a playbook, and of which revision; revision 0: of none, it is new. */
interface Kept {
  readonly revision: number;
  readonly base: PlaybookDraft;
  readonly draft: PlaybookDraft;
}

export interface Editing extends Kept {
  readonly hasChanges: boolean;
  /** Somebody has saved another revision since the changes were begun. */
  readonly isOvertaken: boolean;
  readonly change: (draft: PlaybookDraft) => void;
  /** Goes on from what is saved now: with the changes, or without them. */
  readonly continueFrom: (saved: EditedPlaybookFragment | null, draft?: PlaybookDraft) => void;
  /** Nothing of the changes stays in the tab. */
  readonly discard: () => void;
}

const startOf = (saved: EditedPlaybookFragment | null): Kept => {
  const base = saved ? draftOf(saved) : EMPTY_PLAYBOOK;
  return { revision: saved?.revision ?? 0, base, draft: base };
};

const isSame = (one: PlaybookDraft, other: PlaybookDraft): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Changes of a playbook, kept in the tab until they are saved or discarded. */
export function useEditing(saved: EditedPlaybookFragment | null): Editing {
  const [kept, keep, discard] = useDraft<Kept>(`playbook ${saved?.id ?? 'new'}`, startOf(saved));
  const isOlder = (saved?.revision ?? 0) > kept.revision;
  const hasKeptChanges = !isSame(kept.draft, kept.base);
  // Without changes there is nothing to decide: what is saved is shown.
  const now = isOlder && !hasKeptChanges ? startOf(saved) : kept;
  return {
    ...now,
    hasChanges: hasKeptChanges,
    isOvertaken: isOlder && hasKeptChanges,
    change: (draft) => keep({ ...now, draft }),
    continueFrom: (next, draft) => {
      const start = startOf(next);
      keep(draft ? { ...start, draft } : start);
      if (!draft) discard();
    },
    discard,
  };
}
