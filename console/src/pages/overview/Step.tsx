import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly number: number;
  readonly title: string;
  /** What came of it; nothing yet: it is still to be done. */
  readonly done?: ReactNode;
  /** Another step comes first. */
  readonly isFar?: boolean;
  readonly children: ReactNode;
}

/** One step of the way: done, to be done now, or later. */
export function Step({ number, title, done, isFar = false, children }: Props) {
  return (
    <Stack component="li" gap="xs" align="flex-start">
      <Title order={3} size="h5" className={isFar ? 'quiet' : undefined}>
        {number}. {title}
        {done && <span data-mood="good"> ✓</span>}
      </Title>
      {done ? <div role="status">{done}</div> : !isFar && children}
    </Stack>
  );
}
