import { AppShell, NativeSelect, NavLink, Stack, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Link, useLocation } from 'react-router';
import { useMay, useViewer } from '../api/viewer.js';
import { PAGES } from '../pages.js';
import { nameOfActor } from '../parts/actor.js';

/** The pages that there are and that the viewer may see; below, who that is. */
export function Navigation() {
  const { pathname } = useLocation();
  const may = useMay();
  return (
    <AppShell.Navbar p="sm" bg="var(--paper)">
      <AppShell.Section component="nav" aria-label="Pages" grow style={{ overflowY: 'auto' }}>
        {PAGES.map(({ path, name, needs }) => {
          if (name === undefined || (needs !== undefined && !may(needs))) return null;
          const isHere = path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`);
          return <NavLink key={path} component={Link} to={path} label={name} active={isHere} aria-current={isHere ? 'page' : undefined} variant="subtle" fw={isHere ? 700 : undefined} c="var(--ink)" />;
        })}
      </AppShell.Section>
      <AppShell.Section>
        <Stack gap="xs">
          <ColourScheme />
          <SignedInAs />
        </Stack>
      </AppShell.Section>
    </AppShell.Navbar>
  );
}

function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <NativeSelect
      label="Colours"
      size="xs"
      value={colorScheme}
      onChange={({ currentTarget }) => setColorScheme(currentTarget.value as MantineColorScheme)}
      data={[
        { value: 'auto', label: 'As the system' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  );
}

function SignedInAs() {
  const viewer = useViewer()?.viewer;
  if (!viewer) return null;
  return (
    <Text size="sm" className="quiet">
      Signed in as <strong>{nameOfActor(viewer.actor)}</strong> ({viewer.roles.map((role) => role.toLowerCase()).join(', ')})
    </Text>
  );
}
