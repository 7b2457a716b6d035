import { Stack, Switch, Text } from '@mantine/core';
import { useAct } from '../../api/use-act.js';
import { useMay } from '../../api/viewer.js';
import { SwitchEventFeedDocument } from '../../gql/connections.js';
import { Box } from '../../parts/Box.js';
import { Moment } from '../../parts/Moment.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import type { Connection } from './connection.types.js';

/** The events that the tenant brings by itself, each with its switch. */
export function EventFeeds({ connection, onDone }: { readonly connection: Connection; readonly onDone: () => void }) {
  if (connection.feedTypes.length === 0) return null;
  return (
    <Box title="Event feeds">
      {connection.feedTypes.map((type) => (
        <EventFeed key={type.id} connection={connection} type={type} onDone={onDone} />
      ))}
    </Box>
  );
}

function EventFeed({ connection, type, onDone }: { readonly connection: Connection; readonly type: Connection['feedTypes'][number]; readonly onDone: () => void }) {
  const may = useMay();
  const { act, isUnderWay, fault } = useAct(SwitchEventFeedDocument);
  const feed = connection.feeds.find(({ eventType }) => eventType.id === type.id);
  const isActive = feed?.active ?? false;
  const turn = async (active: boolean): Promise<void> => {
    await act({ input: { connectionId: connection.id, eventType: type.id, active } });
    onDone();
  };
  return (
    <Stack gap={2}>
      <Switch label={type.title} description={type.description} checked={isActive} disabled={isUnderWay || !may('connection:write')} onChange={({ currentTarget }) => void turn(currentTarget.checked)} />
      {isActive && (
        <Text size="sm" className="quiet">
          {feed?.lastLookAt ? (
            <>
              Last looked at <Moment at={feed.lastLookAt} />
            </>
          ) : (
            'Not looked at yet'
          )}
        </Text>
      )}
      {isActive && feed?.problem && (
        <Stack gap={2} pl="sm" style={{ borderLeft: '4px solid var(--bad)' }}>
          <Text>{feed.problem.message}</Text>
          {feed.problem.remedy && <Text fw={600}>{feed.problem.remedy}</Text>}
          <Text size="sm" className="quiet">{`${feed.problem.code}, ${feed.failures} looks failed in a row`}</Text>
        </Stack>
      )}
      {fault && <FaultNotice fault={fault} order={3} />}
    </Stack>
  );
}
