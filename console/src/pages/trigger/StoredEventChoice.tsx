import { NativeSelect, Text } from '@mantine/core';
import { useRead } from '../../api/use-read.js';
import { StoredEventsDocument, type StoredEventsQuery } from '../../gql/trigger.js';
import { Shown } from '../../states/Shown.js';

export type StoredEvent = StoredEventsQuery['events']['nodes'][number];

interface Props {
  readonly type: string;
  readonly value: StoredEvent | undefined;
  readonly onChange: (event: StoredEvent | undefined) => void;
}

/** One of the newest events of a type. */
export function StoredEventChoice({ type, value, onChange }: Props) {
  const read = useRead(StoredEventsDocument, { type });
  return (
    <Shown read={read}>
      {({ events: { nodes } }) =>
        nodes.length === 0 ? (
          <Text className="quiet">No event of this type was received yet.</Text>
        ) : (
          <NativeSelect
            label="Received"
            value={value?.id ?? ''}
            onChange={({ currentTarget }) => onChange(nodes.find(({ id }) => id === currentTarget.value))}
            data={[{ value: '', label: 'Choose an event' }, ...nodes.map(({ id, receivedAt, source }) => ({ value: id, label: `${new Date(receivedAt).toLocaleString()}, by ${source}` }))]}
            maw="30rem"
          />
        )
      }
    </Shown>
  );
}
