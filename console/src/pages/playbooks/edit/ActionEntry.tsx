import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { wordOf } from '../../../parts/status.js';
import type { Action } from './editor-context.js';

interface Props {
  readonly action: Action;
  /** How often the playbook has it. */
  readonly count: number;
  readonly onAdd: () => void;
}

/** What an action does, needs and goes well with. */
export function ActionEntry({ action, count, onAdd }: Props) {
  const { title, description, outcome, effect, permissions, privilegedRole, undoneBy, suggests } = action;
  return (
    <Stack gap="xs" p="sm" bd="1px solid var(--line)" bdrs="sm" bg="var(--card)">
      <Group justify="space-between">
        <Title order={4} size="h6">
          {title}
          <Text span className="quiet" size="sm">{` ${wordOf(outcome)} · ${EFFECTS[effect]}`}</Text>
        </Title>
        <Group gap="xs">
          {count > 0 && (
            <Text size="sm" className="quiet">
              {count === 1 ? 'In the playbook' : `${count} times in the playbook`}
            </Text>
          )}
          <Button size="xs" variant="default" onClick={onAdd} aria-label={`Add ${title}`}>
            Add
          </Button>
        </Group>
      </Group>
      <Text>{description}</Text>
      {undoneBy && <Text size="sm">Taken back by {undoneBy.title}.</Text>}
      {suggests.length > 0 && <Text size="sm">Usually together with {suggests.map((one) => one.title).join(', ')}.</Text>}
      <details>
        <summary>What it needs</summary>
        <List size="sm">
          {permissions.map(({ name, reason }) => (
            <List.Item key={name}>
              <code>{name}</code>: {reason}
            </List.Item>
          ))}
          {privilegedRole && <List.Item>The role {privilegedRole} for users who hold an administrative role themselves; the access of a connection says how it is assigned.</List.Item>}
        </List>
      </details>
    </Stack>
  );
}

const EFFECTS: Readonly<Record<Action['effect'], string>> = { READ: 'changes nothing', CHANGE: 'can be changed back', DESTROY: 'cannot be taken back' };
