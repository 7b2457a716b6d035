import { NativeSelect, Stack, Text } from '@mantine/core';
import { Code } from '../../parts/Code.js';
import type { EventType } from './trigger.types.js';

interface Props {
  readonly eventTypes: readonly EventType[];
  readonly value: string;
  /** It stays for ever once the trigger is saved. */
  readonly isFixed: boolean;
  readonly error: string | undefined;
  readonly onChange: (id: string) => void;
}

export function EventTypeChoice({ eventTypes, value, isFixed, error, onChange }: Props) {
  const chosen = eventTypes.find(({ id }) => id === value);
  return (
    <Stack gap="xs">
      <NativeSelect
        label="Waits for"
        required={!isFixed}
        disabled={isFixed}
        description={isFixed ? 'It stays as it is: make another trigger for another event.' : 'It cannot be changed later.'}
        value={value}
        error={error}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        data={[{ value: '', label: 'Choose an event' }, ...byProvider(eventTypes)]}
      />
      {chosen && (
        <>
          <Text size="sm">{chosen.description}</Text>
          <details>
            <summary>A sample</summary>
            <Code value={chosen.sample} />
          </details>
        </>
      )}
    </Stack>
  );
}

function byProvider(eventTypes: readonly EventType[]): { group: string; items: { value: string; label: string }[] }[] {
  const groups = Map.groupBy(eventTypes, ({ provider }) => provider?.title ?? 'Of the service');
  return [...groups].map(([group, types]) => ({ group, items: types.map(({ id, title }) => ({ value: id, label: title })) }));
}
