import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of the page with its title. */
export function Box({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack component="section" aria-label={title} gap="sm" p="md" bd="1px solid var(--line)" bdrs="sm" bg="var(--card)">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
