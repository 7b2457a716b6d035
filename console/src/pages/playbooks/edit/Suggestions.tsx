import { Button, Group, Text } from '@mantine/core';
import type { StepDraft } from './draft.js';
import type { Action } from './editor-context.js';

interface Props {
  readonly action: Action;
  readonly steps: readonly StepDraft[];
  readonly onAdd: (action: string) => void;
}

/** Actions that usually belong beside one and are not there yet. */
export function Suggestions({ action, steps, onAdd }: Props) {
  const missing = action.suggests.filter(({ id }) => !steps.some((step) => step.action === id));
  if (missing.length === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm" className="quiet">
        Usually beside it:
      </Text>
      {missing.map(({ id, title }) => (
        <Button key={id} variant="default" size="compact-xs" onClick={() => onAdd(id)}>
          Add {title}
        </Button>
      ))}
    </Group>
  );
}
