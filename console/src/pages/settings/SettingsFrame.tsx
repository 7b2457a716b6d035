import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { useMay } from '../../api/viewer.js';
import { SECTIONS } from './sections.js';
import classes from './SettingsFrame.module.css';

/** What stands around every page of the settings: its title, and the way to the others that the viewer may see. */
export function SettingsFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const may = useMay();
  return (
    <Stack>
      <title>{`${title} · Settings · Countermeasure`}</title>
      <Group component="nav" aria-label="Settings" gap={0} className={classes['sections']}>
        {SECTIONS.filter(({ needs }) => needs === undefined || may(needs)).map(({ path, name }) => (
          <NavLink key={path} to={path} className={classes['section']}>
            {name}
          </NavLink>
        ))}
      </Group>
      <Title order={1}>{title}</Title>
      {children}
    </Stack>
  );
}
