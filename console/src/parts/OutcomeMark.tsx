import { Text } from '@mantine/core';
import { moodOfOutcome, wordOfOutcome } from './outcome.js';

/** What came of a match, as words; the colour beside them is never instead of them. */
export function OutcomeMark({ outcome }: { readonly outcome: string }) {
  return (
    <Text component="span" fw={700} size="sm" data-mood={moodOfOutcome(outcome)}>
      {wordOfOutcome(outcome)}
    </Text>
  );
}
