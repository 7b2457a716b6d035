import { Button, Group, NativeSelect, Stack, Switch, Title } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { DeleteEventSourceDocument, RotateEventSourceSecretDocument, UpdateEventSourceDocument } from '../../gql/settings.js';
import { nameOfActor } from '../../parts/actor.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { isStillToCome, type EventSource, type MadeSecret } from './event-sources.js';

interface ListProps {
  readonly sources: readonly EventSource[];
  readonly onRotated: (secret: MadeSecret) => void;
  readonly onDone: () => void;
}

export function EventSourceList({ sources, onRotated, onDone }: ListProps) {
  return (
    <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
      {sources.map((source) => (
        <EventSourceCard key={source.id} source={source} onRotated={onRotated} onDone={onDone} />
      ))}
    </Stack>
  );
}

interface Props {
  readonly source: EventSource;
  readonly onRotated: (secret: MadeSecret) => void;
  readonly onDone: () => void;
}

function EventSourceCard({ source, onRotated, onDone }: Props) {
  const mayWrite = useMay()('event-source:write');
  const [asked, setAsked] = useState<'rotate' | 'delete'>();
  const { act, isUnderWay, fault } = useAct(UpdateEventSourceDocument);
  const { id, name, url, active, eventType, createdAt, createdBy, lastReceivedAt, previousSecretUntil } = source;
  const turn = async (isOn: boolean): Promise<void> => {
    await act({ input: { id, active: isOn } });
    onDone();
  };
  const close = (): void => setAsked(undefined);
  return (
    <Stack component="li" gap="xs" p="md" bd="1px solid var(--line)" bdrs="sm" bg="var(--card)">
      <Title order={2} size="h4">
        {name}
      </Title>
      <Facts
        facts={{
          'Posts to': url,
          'Event type': eventType.title,
          'Last event': lastReceivedAt ? <Moment at={lastReceivedAt} /> : 'none yet',
          'Old secret until': previousSecretUntil && isStillToCome(previousSecretUntil) ? <Moment at={previousSecretUntil} /> : undefined,
          Made: (
            <>
              <Moment at={createdAt} /> by {nameOfActor(createdBy)}
            </>
          ),
        }}
      />
      <Switch label={`Events of ${name} are accepted`} checked={active} disabled={isUnderWay || !mayWrite} onChange={({ currentTarget }) => void turn(currentTarget.checked)} />
      {fault && <FaultNotice fault={fault} order={3} />}
      {mayWrite && (
        <Group gap="sm">
          <Button variant="default" onClick={() => setAsked('rotate')} aria-label={`New secret for ${name}`}>
            New secret
          </Button>
          <Button variant="default" onClick={() => setAsked('delete')} aria-label={`Delete ${name}`}>
            Delete
          </Button>
        </Group>
      )}
      {asked === 'rotate' && <Rotate source={source} onClose={close} onRotated={onRotated} />}
      {asked === 'delete' && <Delete source={source} onClose={close} onDone={onDone} />}
    </Stack>
  );
}

const OVERLAPS = [
  { value: 'P1D', label: 'for a day' },
  { value: 'P7D', label: 'for a week' },
  { value: 'PT0S', label: 'no more, from now on' },
];

function Rotate({ source: { id, name, url }, onClose, onRotated }: { readonly source: EventSource; readonly onClose: () => void; readonly onRotated: (secret: MadeSecret) => void }) {
  const [overlap, setOverlap] = useState('P1D');
  const { act, isUnderWay, fault } = useAct(RotateEventSourceSecretDocument);
  const confirm = async (): Promise<void> => {
    const done = await act({ input: { id, overlap } });
    if (!done) return;
    onClose();
    onRotated({ name, url, secret: done.rotateEventSourceSecret.secret });
  };
  return (
    <ConfirmDialog title={`A new secret for ${name}?`} verb="Make a new secret" isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={() => void confirm()}>
      <NativeSelect label="The secret before still counts" description="Long enough to change the sender without losing an event." value={overlap} onChange={({ currentTarget }) => setOverlap(currentTarget.value)} data={OVERLAPS} />
    </ConfirmDialog>
  );
}

function Delete({ source: { id, name }, onClose, onDone }: { readonly source: EventSource; readonly onClose: () => void; readonly onDone: () => void }) {
  const { act, isUnderWay, fault } = useAct(DeleteEventSourceDocument);
  const confirm = async (): Promise<void> => {
    const done = await act({ input: { id } });
    onDone();
    if (done) onClose();
  };
  return (
    <ConfirmDialog title={`Delete ${name}?`} verb="Delete" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={() => void confirm()}>
      What it posts is refused from then on. Events that came stay.
    </ConfirmDialog>
  );
}
