import { useCallback } from 'react';
import type { Fault } from '../../../api/fault.js';
import { useAct } from '../../../api/use-act.js';
import { CreatePlaybookDocument, UpdatePlaybookDocument, type EditedPlaybookFragment } from '../../../gql/playbooks.js';
import { inputOf } from './draft.js';
import type { Editing } from './use-editing.js';
import type { WayOut } from './use-way-out.js';

interface Options {
  readonly editing: Editing;
  readonly saved: EditedPlaybookFragment | null;
  readonly onSaved: (playbook: EditedPlaybookFragment) => void;
  readonly onRefused: () => void;
  readonly wayOut: WayOut;
}

interface Save {
  readonly save: () => Promise<void>;
  readonly isUnderWay: boolean;
  readonly fault: Fault | undefined;
  readonly reset: () => void;
}

/** Saves what was changed, all at once, as the playbook's next revision. */
export function useSave({ editing, saved, onSaved, onRefused, wayOut }: Options): Save {
  const create = useAct(CreatePlaybookDocument);
  const update = useAct(UpdatePlaybookDocument);
  const ask = async (): Promise<EditedPlaybookFragment | undefined> => {
    const input = inputOf(editing.draft);
    if (!saved) return (await create.act({ input }))?.createPlaybook.playbook;
    return (await update.act({ input: { ...input, id: saved.id, revision: editing.revision } }))?.updatePlaybook.playbook;
  };
  const save = async (): Promise<void> => {
    const playbook = await ask();
    // A refusal, too, can mean that somebody else has saved meanwhile.
    if (!playbook) return onRefused();
    // A new one goes on at its own address.
    if (!saved) wayOut.open();
    editing.continueFrom(playbook);
    onSaved(playbook);
  };
  const { reset: resetCreate } = create;
  const { reset: resetUpdate } = update;
  const reset = useCallback(() => {
    resetCreate();
    resetUpdate();
  }, [resetCreate, resetUpdate]);
  return { save, isUnderWay: create.isUnderWay || update.isUnderWay, fault: create.fault ?? update.fault, reset };
}
