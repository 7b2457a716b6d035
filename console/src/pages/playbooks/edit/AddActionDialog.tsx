import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { ActionEntry } from './ActionEntry.js';
import { groupActions, type Grouping } from './catalogue.js';
import type { StepDraft } from './draft.js';
import { useEditor } from './editor-context.js';

interface Props {
  readonly steps: readonly StepDraft[];
  readonly onAdd: (action: string) => void;
  readonly onClose: () => void;
}

/** The catalogue of actions, by product or by what they are good for. It stays open, so that several can be added. */
export default function AddActionDialog({ steps, onAdd, onClose }: Props) {
  const { providers } = useEditor();
  const [search, setSearch] = useState('');
  const [grouping, setGrouping] = useState<Grouping>('PRODUCT');
  const [added, setAdded] = useState('');
  const groups = groupActions(providers, grouping, search);
  return (
    <Modal opened onClose={onClose} title="Add action" size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Group align="flex-end">
          <TextInput label="Search" type="search" placeholder="suspend, sessions, password" value={search} onChange={({ currentTarget }) => setSearch(currentTarget.value)} data-autofocus style={{ flex: '1 1 14rem' }} />
          <SegmentedControl aria-label="Order" value={grouping} onChange={setGrouping} data={[{ value: 'PRODUCT', label: 'By product' }, { value: 'OUTCOME', label: 'By outcome' }]} />
        </Group>
        <VisuallyHidden role="status" aria-live="polite">
          {added}
        </VisuallyHidden>
        {groups.length === 0 && <Text>No action matches. Search for another word.</Text>}
        {groups.map(({ name, description, actions }) => (
          <Stack key={name} gap="sm" component="section" aria-label={name}>
            <Title order={3} size="h5">
              {name}
            </Title>
            <Text className="quiet">{description}</Text>
            {actions.map((action) => (
              <ActionEntry
                key={action.id}
                action={action}
                count={steps.filter((step) => step.action === action.id).length}
                onAdd={() => {
                  onAdd(action.id);
                  setAdded(`${action.title} is step ${steps.length + 1}.`);
                }}
              />
            ))}
          </Stack>
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
