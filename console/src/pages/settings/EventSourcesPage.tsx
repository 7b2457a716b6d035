import { Button, Group, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { useMay } from '../../api/viewer.js';
import { EventSourcesDocument, type EventSourcesQuery } from '../../gql/settings.js';
import { Facts } from '../../parts/Facts.js';
import { Moment } from '../../parts/Moment.js';
import { Empty } from '../../states/Empty.js';
import { Shown } from '../../states/Shown.js';
import { CreateEventSource } from './CreateEventSource.js';
import type { MadeSecret } from './event-sources.js';
import { EventSourceList } from './EventSourceList.js';
import { SecretDialog } from './SecretDialog.js';
import { SettingsFrame } from './SettingsFrame.js';

/** The systems that post events to the service, each request signed, and what was refused of them. */
export function Component() {
  const read = useRead(EventSourcesDocument, {});
  const mayWrite = useMay()('event-source:write');
  const [isMaking, setIsMaking] = useState(false);
  const [made, setMade] = useState<MadeSecret>();
  usePoll(5_000, read.refresh);
  const show = (secret: MadeSecret): void => {
    setIsMaking(false);
    setMade(secret);
    read.refresh();
  };
  return (
    <SettingsFrame title="Event sources">
      <Text>Other systems post events here. Each request is signed as Standard Webhooks says, with the source&apos;s secret.</Text>
      {mayWrite && (
        <Group>
          <Button onClick={() => setIsMaking(true)}>New event source</Button>
        </Group>
      )}
      <Shown read={read}>
        {({ eventSources, hookRefusals, eventTypes }) => (
          <>
            {eventSources.length === 0 ? <Empty title="There are no event sources">Connections bring events by themselves; a source is for every other system.</Empty> : <EventSourceList sources={eventSources} onRotated={show} onDone={read.refresh} />}
            <Refusals refusals={hookRefusals} />
            {isMaking && <CreateEventSource types={eventTypes} onClose={() => setIsMaking(false)} onMade={show} />}
          </>
        )}
      </Shown>
      {made && (
        <SecretDialog title={`The secret of ${made.name}`} secret={made.secret} onClose={() => setMade(undefined)}>
          <Facts facts={{ 'Post to': made.url }} />
        </SecretDialog>
      )}
    </SettingsFrame>
  );
}

function Refusals({ refusals }: { readonly refusals: EventSourcesQuery['hookRefusals'] }) {
  return (
    <>
      <Title order={2} size="h4">
        Refused requests
      </Title>
      {refusals.length === 0 ? (
        <Text className="quiet">None.</Text>
      ) : (
        <div className="scroll" role="region" aria-label="The refused requests" tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Source</Table.Th>
                <Table.Th scope="col">Why</Table.Th>
                <Table.Th scope="col">How often</Table.Th>
                <Table.Th scope="col">Last</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {refusals.map(({ source, code, count, lastAt }) => (
                <Table.Tr key={`${source} ${code}`}>
                  <Table.Td>{source || 'none that there is'}</Table.Td>
                  <Table.Td>
                    <code>{code}</code>
                  </Table.Td>
                  <Table.Td>{count}</Table.Td>
                  <Table.Td>
                    <Moment at={lastAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </>
  );
}
