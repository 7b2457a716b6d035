import { Stack } from '@mantine/core';
import { useMemo } from 'react';
import { problemAt, problemsBelow } from '../../../api/fault.js';
import { usePoll } from '../../../api/use-poll.js';
import { LeaveGuard } from '../../../parts/LeaveGuard.js';
import { useRead } from '../../../api/use-read.js';
import { useMay } from '../../../api/viewer.js';
import { StandingDocument, type EditedPlaybookFragment } from '../../../gql/playbooks.js';
import { ConflictPanel } from './ConflictPanel.js';
import { EditorContext, type EditorFacts, type Provider } from './editor-context.js';
import { EditorHeader } from './EditorHeader.js';
import { PlaybookFields } from './PlaybookFields.js';
import { SaveBar } from './SaveBar.js';
import { StepList } from './StepList.js';
import { useEditing } from './use-editing.js';
import { useSave } from './use-save.js';
import { useWayOut } from './use-way-out.js';

const LOOK_EVERY_MS = 5_000;

interface Props {
  /** null: it is a new one. */
  readonly saved: EditedPlaybookFragment | null;
  readonly providers: readonly Provider[];
  readonly onSaved: (playbook: EditedPlaybookFragment) => void;
  /** Somebody has saved another revision. */
  readonly onOutdated: () => void;
}

/** A playbook with its steps: everything that can be set stands on this page. */
export function PlaybookEditor({ saved, providers, onSaved, onOutdated }: Props) {
  const editing = useEditing(saved);
  const { draft, change } = editing;
  const wayOut = useWayOut();
  const { save, isUnderWay, fault, reset } = useSave({ editing, saved, onSaved, onRefused: onOutdated, wayOut });
  const facts = useEditorFacts(saved, providers, onOutdated);
  const editor = useMemo<EditorFacts>(
    () => ({ ...facts, problemAt: (...path) => problemAt(fault, 'input', ...path), problemsBelow: (...path) => problemsBelow(fault, 'input', ...path) }),
    [facts, fault],
  );
  return (
    <EditorContext value={editor}>
      <Stack>
        <EditorHeader saved={saved} editing={editing} onDeleted={wayOut.open} />
        {saved && editing.isOvertaken && <ConflictPanel saved={saved} editing={editing} takesFocus={fault?.code === 'CONFLICT'} onDecided={reset} />}
        <PlaybookFields draft={draft} onChange={change} />
        {/* What the service said concerns the places where the steps were. */}
        <StepList steps={draft.steps} onChange={(steps) => change({ ...draft, steps })} onReorder={reset} />
        {editor.mayWrite && <SaveBar editing={editing} isNew={!saved} isUnderWay={isUnderWay} fault={fault} onSave={() => void save()} onDiscard={() => editing.continueFrom(saved)} />}
        <LeaveGuard isOn={editing.hasChanges} isLetThrough={wayOut.isOpen} onLeave={editing.discard} />
      </Stack>
    </EditorContext>
  );
}

/** How connections and readiness stand, looked at again and again; tells when another revision was saved. */
function useEditorFacts(saved: EditedPlaybookFragment | null, providers: readonly Provider[], onOutdated: () => void): Omit<EditorFacts, 'problemAt' | 'problemsBelow'> {
  const mayWrite = useMay()('playbook:write');
  const { data, refresh } = useRead(StandingDocument, { id: saved?.id ?? '', isSaved: saved !== null });
  usePoll(LOOK_EVERY_MS, () => {
    refresh();
    if (saved && data?.playbook && data.playbook.revision > saved.revision) onOutdated();
  });
  return useMemo(
    () => ({ providers, connections: data?.connections ?? [], readinessProblems: (data?.playbook ?? saved)?.readiness.problems ?? [], mayWrite, refresh }),
    [providers, data, saved, mayWrite, refresh],
  );
}
