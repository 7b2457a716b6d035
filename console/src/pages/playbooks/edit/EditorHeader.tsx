import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAct } from '../../../api/use-act.js';
import { DeletePlaybookDocument, type EditedPlaybookFragment } from '../../../gql/playbooks.js';
import { ConfirmDialog } from '../../../parts/ConfirmDialog.js';
import { Moment } from '../../../parts/Moment.js';
import { ReadinessMark } from '../ReadinessMark.js';
import { RunButton } from '../run/RunButton.js';
import { useEditor } from './editor-context.js';
import type { Editing } from './use-editing.js';

interface Props {
  readonly saved: EditedPlaybookFragment | null;
  readonly editing: Editing;
  readonly onDeleted: () => void;
}

/** What is edited, whether it can run as it is saved, and what keeps it from running as a whole. */
export function EditorHeader({ saved, editing, onDeleted }: Props) {
  const { readinessProblems, mayWrite } = useEditor();
  if (!saved) {
    return (
      <>
        <title>New playbook · Countermeasure</title>
        <Title order={1}>New playbook</Title>
      </>
    );
  }
  const readiness = { ready: readinessProblems.length === 0, problems: readinessProblems };
  const general = readinessProblems.filter(({ stepKey }) => stepKey === null || stepKey === undefined);
  return (
    <Stack gap="xs">
      <title>{`${saved.name} · Countermeasure`}</title>
      <Group justify="space-between">
        <Title order={1}>{saved.name}</Title>
        <Group gap="sm">
          <RunButton playbook={{ ...saved, readiness }} hasUnsavedChanges={editing.hasChanges} />
          {mayWrite && <DeleteButton playbook={saved} onDeleted={onDeleted} onDiscard={editing.discard} />}
        </Group>
      </Group>
      <Group gap="sm">
        <span role="status" aria-live="polite">
          <ReadinessMark isActive={saved.active} readiness={readiness} />
        </span>
        <Text span className="quiet" size="sm">
          Revision {saved.revision}, saved <Moment at={saved.updatedAt} />
        </Text>
      </Group>
      {general.length > 0 && (
        <List>
          {general.map(({ code, message }) => (
            <List.Item key={code}>{message}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

interface DeleteProps {
  readonly playbook: EditedPlaybookFragment;
  readonly onDeleted: () => void;
  readonly onDiscard: () => void;
}

function DeleteButton({ playbook, onDeleted, onDiscard }: DeleteProps) {
  const navigate = useNavigate();
  const [isAsked, setIsAsked] = useState(false);
  const { act, isUnderWay, fault } = useAct(DeletePlaybookDocument);
  const confirm = async (): Promise<void> => {
    if (!(await act({ input: { id: playbook.id } }))) return;
    onDiscard();
    onDeleted();
    await navigate('/playbooks');
  };
  return (
    <>
      <Button variant="default" onClick={() => setIsAsked(true)}>
        Delete
      </Button>
      {isAsked && (
        <ConfirmDialog title={`Delete ${playbook.name}?`} verb="Delete playbook" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={() => setIsAsked(false)} onConfirm={() => void confirm()}>
          Nobody can run it any more, and triggers do not start it. Its runs stay readable; those that are under way go on.
        </ConfirmDialog>
      )}
    </>
  );
}
