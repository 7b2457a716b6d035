import { useDraft } from '../../session/use-draft.js';
import { isSame } from './rules.js';
import type { Rules } from './trigger.types.js';

interface Edit {
  /** What the change was made on. */
  readonly revision: number;
  readonly base: Rules;
  readonly rules: Rules;
}

export interface Edited extends Edit {
  readonly isChanged: boolean;
  /** Somebody has saved a newer version than the one that was changed. */
  readonly isOutdated: boolean;
  readonly change: (part: Partial<Rules>) => void;
  /** From now on the change is one of this revision, which looks like this. */
  readonly rebase: (revision: number, base: Rules) => void;
  readonly reset: () => void;
}

/** What is being changed of a trigger, kept in the tab until it is saved or given up. Untouched it is what is saved. */
export function useEdited(name: string, revision: number, saved: Rules): Edited {
  const [kept, keep, discard] = useDraft<Edit | null>(name, null);
  const isKept = kept !== null && (kept.revision > revision || !isSame(kept.rules, kept.base));
  const edit = isKept ? kept : { revision, base: saved, rules: saved };
  const isChanged = !isSame(edit.rules, edit.base);
  return {
    ...edit,
    isChanged,
    isOutdated: isChanged && edit.revision < revision,
    change: (part) => keep({ ...edit, rules: { ...edit.rules, ...part } }),
    rebase: (now, base) => keep({ revision: now, base, rules: edit.rules }),
    reset: () => {
      keep(null);
      discard();
    },
  };
}
