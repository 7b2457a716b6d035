import { AppShell, Burger, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useViewer } from '../api/viewer.js';
import { signOut } from '../session/session.js';

export function Header({ isOpen, onToggle }: { readonly isOpen: boolean; readonly onToggle: () => void }) {
  return (
    <AppShell.Header bg="var(--paper)">
      <Group h="100%" px="md" gap="sm" justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap">
          <Burger opened={isOpen} onClick={onToggle} hiddenFrom="sm" size="sm" aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'} aria-expanded={isOpen} />
          <Text component={Link} to="/" fw={700} c="var(--accent)" td="none">
            Countermeasure
          </Text>
          <SandboxMark />
        </Group>
        <Button variant="default" size="xs" onClick={signOut}>
          Sign out
        </Button>
      </Group>
    </AppShell.Header>
  );
}

/** So that nobody takes the imitation for a real tenant, or the other way round. */
function SandboxMark() {
  const imitated = useViewer()?.providers.filter(({ sandbox }) => sandbox).map(({ title }) => title) ?? [];
  if (imitated.length === 0) return null;
  const explained = `An imitation stands in for ${imitated.join(' and ')}. Nothing that is done here reaches a real tenant.`;
  return (
    <Text component="span" size="sm" fw={700} px={6} c="var(--busy)" bd="2px solid var(--busy)" bdrs="sm" title={explained}>
      Sandbox
    </Text>
  );
}
