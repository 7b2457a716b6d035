import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { EditedPlaybookFragment } from '../../../gql/playbooks.js';
import { draftOf } from './draft.js';
import { differencesOf } from './differences.js';
import { useEditor } from './editor-context.js';
import type { Editing } from './use-editing.js';

interface Props {
  readonly saved: EditedPlaybookFragment;
  readonly editing: Editing;
  /** Not from somebody who is typing. */
  readonly takesFocus: boolean;
  readonly onDecided: () => void;
}

/** Somebody has saved another version meanwhile: both, side by side, wherever they differ. */
export function ConflictPanel({ saved, editing, takesFocus, onDecided }: Props) {
  const { connections } = useEditor();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) title.current?.focus();
  }, [takesFocus]);
  const differences = differencesOf(editing.draft, draftOf(saved), (id) => connections.find((one) => one.id === id)?.name ?? id);
  const decide = (isMine: boolean): void => {
    editing.continueFrom(saved, isMine ? editing.draft : undefined);
    onDecided();
  };
  return (
    <Stack gap="sm" p="md" bg="var(--card)" style={{ borderLeft: '4px solid var(--busy)' }} role="alert">
      <Title order={2} size="h4" ref={title} tabIndex={-1}>
        Somebody has saved a newer version
      </Title>
      <Text>Revision {saved.revision} was saved while you changed revision {editing.revision}. Yours is not lost: choose which one to go on with.</Text>
      <div className="scroll" role="region" aria-label="The two versions" tabIndex={0}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">What</Table.Th>
              <Table.Th scope="col">Yours</Table.Th>
              <Table.Th scope="col">Theirs</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.map(({ what, yours, theirs }) => (
              <Table.Tr key={what}>
                <Table.Th scope="row">{what}</Table.Th>
                <Table.Td>{yours}</Table.Td>
                <Table.Td>{theirs}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {differences.length === 0 && <Text>There is no difference between them.</Text>}
      <Group>
        <Button variant="default" onClick={() => decide(true)}>
          Keep mine
        </Button>
        <Button variant="default" onClick={() => decide(false)}>
          Take theirs
        </Button>
        <Text className="quiet">Yours replaces theirs only when you save it.</Text>
      </Group>
    </Stack>
  );
}
