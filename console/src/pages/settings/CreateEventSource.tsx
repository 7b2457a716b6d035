import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { problemAt } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { CreateEventSourceDocument, type EventSourcesQuery } from '../../gql/settings.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { MadeSecret } from './event-sources.js';

/** The event type of schedules, whose events only the service makes. */
const SCHEDULE = 'schedule';

interface Props {
  readonly types: EventSourcesQuery['eventTypes'];
  readonly onClose: () => void;
  readonly onMade: (secret: MadeSecret) => void;
}

export function CreateEventSource({ types, onClose, onMade }: Props) {
  const offered = types.filter(({ id }) => id !== SCHEDULE);
  const [draft, setDraft, discard] = useDraft('new event source', { name: '', eventType: offered[0]?.id ?? '' });
  const { act, isUnderWay, fault } = useAct(CreateEventSourceDocument);
  const close = (): void => {
    discard();
    onClose();
  };
  const create = async (): Promise<void> => {
    const done = await act({ input: draft });
    if (!done) return;
    discard();
    const { source, secret } = done.createEventSource;
    onMade({ name: source.name, url: source.url, secret });
  };
  return (
    <Modal opened onClose={close} title="New event source" closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Stack>
          <TextInput label="Name" description="The end of its address, such as sentinel-prod." value={draft.name} onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })} error={problemAt(fault, 'input', 'name')} required data-autofocus />
          <NativeSelect label="Event type" description="What it posts." value={draft.eventType} onChange={({ currentTarget }) => setDraft({ ...draft, eventType: currentTarget.value })} data={offered.map(({ id, title }) => ({ value: id, label: title }))} error={problemAt(fault, 'input', 'eventType')} />
          {fault && <FaultNotice fault={fault} order={3} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button type="submit" loading={isUnderWay}>
              Make the source
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
