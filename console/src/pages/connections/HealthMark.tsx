import { Text } from '@mantine/core';

/** Whether a connection works, as a word. */
export function HealthMark({ health }: { readonly health: { readonly ok: boolean; readonly checkedAt?: string | null } }) {
  const [mood, word] = !health.checkedAt ? ['quiet', 'Not checked yet'] : health.ok ? ['good', 'Works'] : ['bad', 'Does not work'];
  return (
    <Text component="span" fw={700} size="sm" data-mood={mood}>
      {word}
    </Text>
  );
}
