import { Text } from '@mantine/core';
import { moodOf, wordOf } from './status.js';

/** A state as a word; the colour beside it is never instead of it. */
export function StatusMark({ status, size = 'sm' }: { readonly status: string; readonly size?: string }) {
  return (
    <Text component="span" fw={700} size={size} data-mood={moodOf(status)} style={{ whiteSpace: 'nowrap' }}>
      {wordOf(status)}
    </Text>
  );
}
