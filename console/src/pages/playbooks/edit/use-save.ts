import { useCallback, useRef } from 'react';
import type { Fault } from '../../../api/fault.js';
import { useAct } from '../../../api/use-act.js';
import { CreatePlaybookDocument, UpdatePlaybookDocument, type EditedPlaybookFragment } from '../../../gql/playbooks.js';
import { inputOf } from './draft.js';
import type { Editing } from './use-editing.js';

interface Options {
  readonly editing: Editing;
  readonly saved: EditedPlaybookFragment | null;
  readonly onSaved: (playbook: EditedPlaybookFragment) => void;
  readonly onRefused: () => void;
}

interface Save {
  readonly save: () => Promise<void>;
  readonly isUnderWay: boolean;
  readonly fault: Fault | undefined;
  readonly reset: () => void;
  /** Whether it was just saved, so that leaving the page loses nothing. */
  readonly isSaving: () => boolean;
}

/** Saves what was changed, all at once, as the playbook's next revision. */
export function useSave({ editing, saved, onSaved, onRefused }: Options): Save {
  const create = useAct(CreatePlaybookDocument);
  const update = useAct(UpdatePlaybookDocument);
  const wasSaved = useRef(false);
  const ask = async (): Promise<EditedPlaybookFragment | undefined> => {
    const input = inputOf(editing.draft);
    if (!saved) return (await create.act({ input }))?.createPlaybook.playbook;
    return (await update.act({ input: { ...input, id: saved.id, revision: editing.revision } }))?.updatePlaybook.playbook;
  };
  const save = async (): Promise<void> => {
    const playbook = await ask();
    // A refusal, too, can mean that somebody else has saved meanwhile.
    if (!playbook) return onRefused();
    wasSaved.current = saved === null;
    editing.continueFrom(playbook);
    onSaved(playbook);
  };
  const { reset: resetCreate } = create;
  const { reset: resetUpdate } = update;
  const reset = useCallback(() => {
    resetCreate();
    resetUpdate();
  }, [resetCreate, resetUpdate]);
  const isSaving = useCallback(() => wasSaved.current, []);
  return { save, isUnderWay: create.isUnderWay || update.isUnderWay, fault: create.fault ?? update.fault, reset, isSaving };
}
