import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** There is nothing yet: why, and what leads on. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Stack align="flex-start" gap="xs" p="lg" bd="1px dashed var(--line)" bdrs="sm">
      <Title order={2} size="h4">
        {title}
      </Title>
      {typeof children === 'string' ? <Text className="quiet">{children}</Text> : children}
    </Stack>
  );
}
