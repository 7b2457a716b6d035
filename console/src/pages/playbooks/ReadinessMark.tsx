import { Text } from '@mantine/core';

interface Props {
  readonly isActive: boolean;
  readonly readiness: { readonly ready: boolean; readonly problems: readonly { readonly message: string }[] };
}

/** Whether a playbook can run now, as a word; the reasons why not are its title. */
export function ReadinessMark({ isActive, readiness: { ready, problems } }: Props) {
  const [word, mood] = ready ? ['Ready', 'good'] : isActive ? ['Not ready', 'bad'] : ['Inactive', 'quiet'];
  return (
    <Text component="span" fw={700} size="sm" data-mood={mood} title={problems.map(({ message }) => message).join('\n')} style={{ whiteSpace: 'nowrap' }}>
      {word}
    </Text>
  );
}
